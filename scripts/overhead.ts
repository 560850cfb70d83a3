import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareFiles } from '../suites/hosts/artefacts.ts';
import { ROOT } from '../suites/hosts/bundle.ts';
import { PROFILES, type Profile } from '../suites/profiles.ts';
import { expand, parseQuery } from '../suites/query.ts';
import type { Outcome } from '../suites/record.ts';
import { groupCells } from '../suites/runner.ts';
import { pairedRatio } from '../suites/stats/centre.ts';
import { median } from '../suites/stats.ts';
import { openWorkshop } from './workshop.ts';

/**
 * `npm run overhead -- [rounds] [size] [architecture]`: what the harness adds to a measured time. ort-node/cpu on
 * resnet18 or another, through the suite and in a bare loop, in fresh processes, alternating within one run so that drift
 * hits both alike.
 */
const rounds = Number(process.argv[2] ?? 12);
const size = Number(process.argv[3] ?? 224);
const model = `${process.argv[4] ?? 'resnet18'}.seed0`;
const CALLS = 40;

const folder = mkdtempSync(join(tmpdir(), 'resnet-overhead-'));
const path = join(folder, 'model.onnx');
await prepareFiles({
  model,
  source: { format: 'architecture', model, files: [] },
  exports: [{ path, format: 'onnx', precision: 'fp32', batch: 1, size }],
  truths: [],
});
const profile: Profile = { ...(PROFILES[0] as Profile), samples: CALLS, sampling: 60, visit: 120 };
const groups = ['ort-node/cpu', 'null'].flatMap((backend) =>
  groupCells(expand([parseQuery(`latency:${model}:fp32:b1:${size}:${backend}`)], profile), () => false),
);
const browser = { found: false, reason: 'not needed', fix: '' } as const;
const workshop = await openWorkshop({ groups, profile, browser, named: () => true, log: () => {} });

function samplesOf(outcomes: ReadonlyMap<string, Outcome>): readonly number[] {
  const outcome = outcomes.get('latency');
  if (outcome?.status !== 'ok' || outcome.result.suite !== 'latency') throw new Error(JSON.stringify(outcome));
  return outcome.result.samples;
}

const [suiteGroup, nullGroup] = groups;
if (suiteGroup === undefined || nullGroup === undefined) throw new Error('no groups');
const suite = async () => samplesOf(await workshop.visit(suiteGroup, 1, () => {}));
const bare = async () => {
  const script = join(ROOT, 'scripts', 'bare-loop.ts');
  const words = [
    '--import',
    'tsx',
    script,
    path,
    `${size}`,
    `${availableParallelism()}`,
    `${profile.warmup}`,
    `${CALLS}`,
  ];
  return JSON.parse(execFileSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8' })) as number[];
};

const medians: { suite: number; bare: number }[] = [];
const nothing: number[] = [];
for (let round = 0; round < rounds; round++) {
  // Each goes first in every other round.
  const first = round % 2 === 0;
  const a = median(await (first ? suite() : bare()));
  const b = median(await (first ? bare() : suite()));
  const pair = first ? { suite: a, bare: b } : { suite: b, bare: a };
  medians.push(pair);
  nothing.push(median(samplesOf(await workshop.visit(nullGroup, 1, () => {}))));
  console.log(
    `round ${round + 1}: suite ${pair.suite.toFixed(3)} ms, bare ${pair.bare.toFixed(3)} ms, ratio ${(pair.suite / pair.bare).toFixed(4)}`,
  );
}
await workshop.close();
rmSync(folder, { recursive: true });

// Two runs of a round are neighbours in time: their ratio is free of slow drift, which the medians alone are not.
const over = pairedRatio(
  medians.map(({ suite, bare }) => [bare, suite]),
  0,
);
if (over !== undefined)
  console.log(
    `suite over bare loop: ${over.ratio.toFixed(4)} (95 % interval ${over.interval.map((end) => end.toFixed(4)).join('–')})`,
  );
console.log(
  `ratio of the medians of all rounds: ${(median(medians.map((pair) => pair.suite)) / median(medians.map((pair) => pair.bare))).toFixed(4)}`,
);
console.log(`null, which does nothing: ${(1000 * median(nothing)).toFixed(1)} µs a call`);
