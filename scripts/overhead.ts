import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { formatOf } from '../reference/formats/formats.ts';
import { shuffled } from '../reference/random.ts';
import { findBackend } from '../suites/backends/backends.ts';
import { prepareFiles } from '../suites/engine/artefacts.ts';
import { NO_BROWSER } from '../suites/engine/hosts.ts';
import { groupCells } from '../suites/engine/runner.ts';
import { openQuietWorkshop } from '../suites/engine/workshop.ts';
import { bundleScript } from '../suites/hosts/bundle.ts';
import { openScratch } from '../suites/hosts/scratch.ts';
import { PROFILES, type Profile } from '../suites/plan/profiles.ts';
import { expand, parseQuery } from '../suites/plan/query.ts';
import type { Outcome } from '../suites/record/record.ts';
import { pairedRatio } from '../suites/stats/centre.ts';
import { median } from '../suites/stats/quantiles.ts';
import { SUITES } from '../suites/suites.ts';
import { takeSignals } from './shutdown.ts';

/**
 * `npm run overhead -- [rounds] [size] [architecture]`: what the harness adds to a measured time. ort-node/cpu on
 * resnet18 or another architecture, through the suite and in a bare script, in fresh processes, interleaved so that
 * drift affects both equally.
 */
const rounds = Number(process.argv[2] ?? 24);
const size = Number(process.argv[3] ?? 224);
const model = `${process.argv[4] ?? 'resnet18'}.seed0`;
const CALLS = 40;

const { lifetime: life, leave } = takeSignals((line) => console.error(line));
const BACKEND = 'ort-node/cpu';
const format = findBackend(BACKEND)?.format;
if (format === undefined) throw new Error(`${BACKEND} loads no file`);
const path = join(openScratch(life), formatOf(format).main);
await prepareFiles(
  {
    model,
    source: { format: 'architecture', model, files: [] },
    exports: [{ path, format, precision: 'fp32', form: 'folded', batch: 1, size }],
    truths: [],
  },
  async () => {},
);
const profile: Profile = { ...(PROFILES[0] as Profile), samples: CALLS, samplingSeconds: 60, visitSeconds: 120 };
/** Id of the suite that times calls. */
const TIMED = SUITES.find(({ times }) => times !== undefined)?.id ?? '';
const groups = [BACKEND, 'null'].flatMap((backend) =>
  groupCells(expand([parseQuery(`${TIMED}:${model}:fp32:b1:${size}:${backend}`)], profile)),
);
const workshop = await openQuietWorkshop(groups, profile, NO_BROWSER, life);

function samplesOf(outcomes: ReadonlyMap<string, Outcome>): readonly number[] {
  const outcome = outcomes.get(TIMED);
  if (outcome?.status !== 'ok' || !('samples' in outcome.result)) throw new Error(JSON.stringify(outcome));
  return outcome.result.samples;
}

const [suiteGroup, nullGroup] = groups;
if (suiteGroup === undefined || nullGroup === undefined) throw new Error('no groups');
const suite = async () => samplesOf(await workshop.visit(suiteGroup, 1, () => {}));
const script = await bundleScript('scripts/bare-loop.ts');
const bare = async () => {
  const words = [script, path, ...[size, availableParallelism(), profile.warmup, CALLS].map(String)];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' })) as number[];
};

const pairs: { suite: number; bare: number }[] = [];
for (let round = 0; round < rounds; round++) {
  const times = { suite: 0, bare: 0 };
  // Random, since with a fixed order one of them would always follow the same neighbour.
  for (const kind of shuffled(['suite', 'bare'] as const, round))
    times[kind] = median(await (kind === 'suite' ? suite() : bare()));
  pairs.push(times);
  const figures = [`suite ${times.suite.toFixed(3)} ms`, `bare ${times.bare.toFixed(3)} ms`];
  console.log(`round ${round + 1}: ${figures.join(', ')}, ratio ${(times.suite / times.bare).toFixed(4)}`);
}
const nothing = median(samplesOf(await workshop.visit(nullGroup, 1, () => {})));
await life.end();

// The two of a round are close in time, so their ratio is free of slow drift. The medians alone are not.
const over = pairedRatio(
  pairs.map(({ suite, bare }) => [bare, suite]),
  0,
);
if (over !== undefined)
  console.log(
    `suite over bare loop: ${over.ratio.toFixed(4)} (95 % interval ${over.interval.map((end) => end.toFixed(4)).join('–')})`,
  );
const [ofSuite, ofBare] = [pairs.map(({ suite }) => suite), pairs.map(({ bare }) => bare)].map(median);
console.log(`ratio of the medians of all rounds: ${((ofSuite ?? 0) / (ofBare ?? 1)).toFixed(4)}`);
console.log(`the backend null, which does nothing: ${(1000 * nothing).toFixed(1)} µs a call`);
await leave(0);
