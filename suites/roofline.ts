import { FLOAT32, truth } from '../reference/bounds.ts';
import { INPUT, inferShapes } from '../reference/graph.ts';
import { type Bound, buildChain, CHANNELS } from '../reference/models/kernels.ts';
import { sizeOf } from '../reference/tensor.ts';
import { seededInput, seededTensor, seededWeights } from '../reference/weights/seeded.ts';
import { type Backend, type BackendModule, type BackendRow, type Session, type Tools, undivided } from './backend.ts';
import { type Checker, checker } from './checker.ts';
import type { Placement } from './record.ts';
import type { ResultOf } from './result.ts';
import { excess, type Times } from './stats/excess.ts';
import { median } from './stats.ts';
import type { Visit, VisitResult } from './visit.ts';

/** Kernels in the shorter chain and the longer one. */
const LENGTHS = [4, 12] as const;

/** Sides of the image, from small to large: the largest sums are of 64 MiB tensors, which no cache holds. */
const SIZES: { readonly [bound in Bound]: readonly number[] } = {
  compute: [16, 32, 64, 128, 256],
  memory: [128, 256, 512, 1024],
};

/** Milliseconds of one longer chain beyond which no larger image is tried. */
const LONG: { readonly [bound in Bound]: number } = { compute: 100, memory: 400 };

/** Calls of each chain at each size, and the most milliseconds to spend on them; the first ones are undivided. */
const [CALLS, TIME] = [20, 800];
const LEAST = 3;

type Chain = { readonly session: Session; call(): Promise<ArrayLike<number>> };

async function open(backend: Backend, visit: Visit, bound: Bound, length: number, size: number): Promise<Chain> {
  const graph = buildChain(bound, length);
  const weights = seededWeights(graph, 0);
  const session = await backend.open({
    ...{ location: { graph, weights }, external: [], source: visit.source, outputs: undefined, inspect: true },
    ...{ batch: 1, channels: graph.channels, size, input: INPUT, output: graph.output, threads: visit.threads },
    taps: new Map([[graph.output, graph.output]]),
  });
  const input = session.prepare(seededInput(0, 1, graph.channels, size));
  return { session, call: () => session.run(input) };
}

/** Compares a chain's output with the float64 truth. */
async function prove(chain: Chain, check: Checker, bound: Bound, length: number, size: number): Promise<void> {
  const graph = buildChain(bound, length);
  const input = seededTensor(0, 1, graph.channels, size);
  const wanted = new Map([['logits', graph.output]]);
  const one = truth(graph, seededWeights(graph, 0), input, wanted, FLOAT32).get('logits');
  if (one !== undefined) check.check(await chain.call(), one);
}

async function timeChains([short, long]: readonly [Chain, Chain], now: () => number): Promise<Times> {
  const time = async ({ call }: Chain) => {
    const start = now();
    await call();
    return now() - start;
  };
  await short.call();
  await long.call();
  const began = now();
  const times: Times = { short: [], long: [] };
  while (times.long.length < CALLS && (times.long.length < LEAST || now() - began < TIME)) {
    times.short.push(await time(short));
    times.long.push(await time(long));
  }
  return times;
}

/** Flops, or bytes read and written, by which the longer chain exceeds the shorter; and the bytes of one of its tensors. */
function workOf(bound: Bound, size: number): { amount: number; tensor: number } {
  const shapes = inferShapes(buildChain(bound, 1), 1, size);
  const values = sizeOf(shapes.get('first') ?? []);
  const kernels = LENGTHS[1] - LENGTHS[0];
  // A multiply-add is two operations; a sum reads two tensors and writes one.
  return { amount: kernels * values * (bound === 'compute' ? 2 * CHANNELS.compute : 12), tensor: 4 * values };
}

type Rung = Times & { readonly size: number };

/** Measured at ever larger sizes, until the device is busy for long enough or the sizes or the time end. */
async function climb(bound: Bound, backend: Backend, visit: Visit, tools: Tools, deadline: number) {
  const rungs: Rung[] = [];
  const check = checker(bound, undefined);
  let placement: Placement | undefined;
  let predicted = 0;
  for (const size of SIZES[bound]) {
    if (rungs.length > 0 && tools.now() + predicted > deadline) break;
    await tools.phase(`${bound} ${size}`);
    const start = tools.now();
    const chains: [Chain, Chain] = [
      await open(backend, visit, bound, LENGTHS[0], size),
      await open(backend, visit, bound, LENGTHS[1], size),
    ];
    const opened = tools.now() - start;
    try {
      if (rungs.length === 0) {
        for (const [i, chain] of chains.entries()) await prove(chain, check, bound, LENGTHS[i] ?? 0, size);
        const { session } = chains[1];
        await session.tap(session.prepare(seededInput(0, 1, 3, size)));
        placement = await session.placement();
      }
      rungs.push({ size, ...(await timeChains(chains, tools.now)) });
    } finally {
      for (const { session } of chains) await session.close();
    }
    const long = median(rungs.at(-1)?.long ?? []);
    if (long > LONG[bound]) break;
    // Four times the pixels.
    predicted = 4 * opened + Math.max(TIME, 4 * 2 * LEAST * long);
  }
  if (placement === undefined) throw new Error('no session told its placement');
  return { rungs, check, placement };
}

/**
 * What the device reaches through this runtime at best: operations a second in 1×1 convolutions of 256 channels,
 * and bytes a second in sums of tensors that no cache should hold, both at the largest size tried. From chains
 * of different length, so that transfers and the cost of a call fall out (Williams et al. 2009, "Roofline").
 */
export async function roofline(
  visit: Visit,
  row: BackendRow,
  module: BackendModule,
  tools: Tools,
): Promise<VisitResult> {
  const began = tools.now();
  await tools.phase('baseline');
  const backend = await module.start(row, tools, undivided);
  const compute = await climb('compute', backend, visit, tools, began + visit.budget / 2);
  const memory = await climb('memory', backend, visit, tools, began + visit.budget);
  const [conv, sum] = [compute.rungs.at(-1), memory.rungs.at(-1)];
  if (conv === undefined || sum === undefined || excess(conv) <= 0 || excess(sum) <= 0)
    throw new Error('the longer chain took no longer than the shorter: this clock or machine is too noisy');
  const [{ amount: flops }, { amount: bytes, tensor }] = [workOf('compute', conv.size), workOf('memory', sum.size)];
  const result: ResultOf<'roofline'> = {
    suite: 'roofline',
    compute: { flops, ...conv },
    memory: { bytes, tensor, short: sum.short, long: sum.long },
    checks: [compute.check, memory.check].flatMap((one) => one.worst() ?? []),
  };
  return { placement: compute.placement, results: [result] };
}
