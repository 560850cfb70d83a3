import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { walk } from '../reference/evaluate.ts';
import { loadModel } from '../reference/models/load.ts';
import { createKernel, TILE } from '../reference/ops/kernel.ts';
import { seededTensor } from '../reference/weights/seeded.ts';
import { ROOT } from '../suites/hosts/bundle.ts';
import { pairedRatio } from '../suites/stats/centre.ts';
import { median, quantile } from '../suites/stats/quantiles.ts';

/**
 * `npm run oracle-speed -- [pairs] [size] [python]`: the float64 reference against PyTorch on resnet50.seed0, batch 1,
 * one thread each. They are interleaved, so that drift affects both equally. CPU time is given besides wall time: on a
 * busy machine it shows what either would take alone.
 */
const pairs = Number(process.argv[2] ?? 30);
const size = Number(process.argv[3] ?? 224);
const python = process.argv[4] ?? 'python3';
const WARMUP = 4;
const TOLERANCE = 1e-12;

type Time = { wall: number; processor: number };
type Hello = { torch: string; blas: string; rate: number; logits: number[] };

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

const processor = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** GFLOP/s of the kernel on panels that stay in the L1 cache, by CPU time; the best of several runs. */
function kernelRate(): number {
  const [steps, panels, calls] = [256, 2, 20_000];
  const kernel = createKernel('float64', true);
  const b = TILE * steps;
  const c = b * (1 + panels);
  kernel.memory(c + TILE * TILE * panels).fill(1 / 3, 0, c);
  const times = Array.from({ length: 5 }, () => {
    const start = processor();
    for (let i = 0; i < calls; i++) kernel.multiplyAdd(0, b, steps, panels, c, TILE * panels);
    return processor() - start;
  });
  return (2 * TILE * TILE * steps * panels * calls) / Math.min(...times) / 1e6;
}

const { graph, weights } = loadModel('resnet50.seed0', undefined);
const input = seededTensor(0, 1, graph.channels, size);
let logits: Float64Array = new Float64Array(0);
function evaluateHere(): Time {
  const start = { wall: performance.now(), processor: processor() };
  walk(graph, weights, input, (node, _, output) => {
    if (node.name === graph.output) logits = output.data;
  });
  return { wall: performance.now() - start.wall, processor: processor() - start.processor };
}

const one = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
const child = spawn(python, [join(ROOT, 'scripts', 'oracle_speed.py'), `${size}`, '1'], {
  stdio: ['pipe', 'pipe', 'inherit'],
  env: { ...process.env, ...one },
});
child.on('error', (error) =>
  fail(
    `oracle-speed: ${error.message}: name a Python that has PyTorch: npm run oracle-speed -- 30 224 /usr/bin/python3`,
  ),
);
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
/** The next line of the Python process. If it ended instead, it has printed why. */
async function next<T>(): Promise<T> {
  const { value, done } = await lines.next();
  return done ? process.exit(2) : (JSON.parse(value) as T);
}
async function evaluateThere(): Promise<Time> {
  child.stdin.write('run\n');
  return next<Time>();
}

const hello = await next<Hello>();
console.log(`${cpus()[0]?.model}, Node ${process.version}; PyTorch ${hello.torch} with BLAS ${hello.blas}`);
console.log(
  `float64 products, one thread: kernel ${kernelRate().toFixed(1)} GFLOP/s, torch.mm ${hello.rate.toFixed(1)} GFLOP/s`,
);
for (let i = 0; i < WARMUP; i++) {
  evaluateHere();
  await evaluateThere();
}
const scale = Math.max(...hello.logits.map(Math.abs));
const error = Math.max(...hello.logits.map((value, i) => Math.abs(value - (logits[i] ?? Number.NaN)))) / scale;
// A NaN fails as well.
if (!(error <= TOLERANCE))
  fail(`oracle-speed: the logits differ by ${error} of the largest: the two do not compute the same`);
console.log(`logits agree within ${error.toExponential(1)} of the largest`);

const here: Time[] = [];
const there: Time[] = [];
for (let pair = 0; pair < pairs; pair++) {
  // They alternate in going first.
  if (pair % 2 === 0) here.push(evaluateHere());
  there.push(await evaluateThere());
  if (pair % 2 === 1) here.push(evaluateHere());
}
child.stdin.end();

for (const clock of ['wall', 'processor'] as const) {
  const [a, b] = [here, there].map((times) => times.map((time) => time[clock])) as [number[], number[]];
  const [low = Number.NaN, high = Number.NaN] =
    pairedRatio(
      a.map((time, i) => [b[i] as number, time]),
      0,
    )?.interval ?? [];
  const row = (name: string, f: (times: number[]) => number) =>
    `${name} ${f(a).toFixed(0)} and ${f(b).toFixed(0)} ms, ratio ${(f(a) / f(b)).toFixed(2)}`;
  console.log(`${clock} time of ${pairs} pairs, reference and PyTorch:`);
  console.log(`  ${row('median', median)} (95 % interval of the pairs' ratio ${low.toFixed(2)}–${high.toFixed(2)})`);
  console.log(`  ${row('lower quartile', (times) => quantile(times, 0.25))}`);
  console.log(`  ${row('minimum', (times) => Math.min(...times))}`);
}
