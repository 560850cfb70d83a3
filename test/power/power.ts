import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compare } from '../../reports/compare/compare.ts';
import { THRESHOLD } from '../../scripts/options.ts';
import type { Variant } from '../../suites/engine/history.ts';
import { NO_BROWSER } from '../../suites/engine/hosts.ts';
import { headerOf } from '../../suites/engine/run-header.ts';
import { groupCells, runGroups } from '../../suites/engine/runner.ts';
import { roundsLeft } from '../../suites/engine/stop.ts';
import { openQuietWorkshop } from '../../suites/engine/workshop.ts';
import { ROOT } from '../../suites/hosts/bundle.ts';
import { lifetime } from '../../suites/hosts/lifetime.ts';
import { PROFILES, type Profile } from '../../suites/plan/profiles.ts';
import { expand, parseQuery } from '../../suites/plan/query.ts';
import type { Record, Run } from '../../suites/record/record.ts';
import { wilson } from '../../suites/stats/quantiles.ts';

/**
 * `npm run power -- [trials] [within] [size] [per cent] [rounds]`: how often a slowdown added to ort-node/cpu on
 * resnet18 is found. Each trial is an interleaved run, as of `bench --aa --within`, whose second version is slower, and
 * its comparison. Rounds are added until the ratio is known to ±`within` per cent, at most `rounds`.
 */
const [trials = 40, within = 1.5, size = 224, slowdown = 5, rounds = 40] = process.argv.slice(2).map(Number);

const profile: Profile = {
  ...(PROFILES[0] as Profile),
  ...{
    within: within / 100,
    rounds,
    samples: 30,
    samplingSeconds: 60,
    visitSeconds: 120,
    repeatSeconds: Infinity,
    budgetSeconds: 24 * 3600,
  },
};
const cells = expand([parseQuery(`latency:resnet18.seed0:fp32:b1:${size}:ort-node/cpu`)], profile);
const groups = groupCells(cells);

// Children inherit this process's environment.
process.env.NODE_OPTIONS = ['tsx', pathToFileURL(join(ROOT, 'test', 'power', 'slowdown.ts')).href]
  .map((module) => `--import=${module}`)
  .join(' ');
const slow: { readonly [variant in Variant]: number } = { a: 0, b: slowdown / 100 };
const workshop = await openQuietWorkshop(groups, profile, NO_BROWSER, lifetime());

async function trial(seed: number) {
  const records: { [variant in Variant]: Record[] } = { a: [], b: [] };
  const started = new Date();
  await runGroups(
    groups,
    {
      rounds,
      evenRounds: profile.evenRounds,
      seed,
      budgetSeconds: profile.budgetSeconds,
      repeatSeconds: profile.repeatSeconds,
      variants: ['a', 'b'],
      past: [],
      left: (times) => roundsLeft(times, within / 100),
      now: () => performance.now(),
      predict: () => undefined,
    },
    {
      visit: (group, round, variant) => {
        process.env.SLOWDOWN = `${slow[variant]}`;
        return workshop.visit(group, round, () => {});
      },
      append: (record, variant) => records[variant].push(record),
      tell: () => {},
    },
  );
  const header = headerOf({ profile, seed, command: [] }, cells, null, started);
  const run = (variant: Variant): Run => ({
    header: { ...header, pair: { name: header.started, variant } },
    records: records[variant],
    resumes: [],
    end: undefined,
    damaged: [],
  });
  const [change] = compare(run('a'), run('b'), THRESHOLD).changes;
  if (change?.ratio === undefined) throw new Error(`no times: ${JSON.stringify(change)}`);
  return { verdict: change.verdict, rounds: records.a.length, ...change.ratio };
}

try {
  let found = 0;
  for (let i = 0; i < trials; i++) {
    const { verdict, rounds, ratio, interval } = await trial(i);
    if (verdict === 'slower') found++;
    console.log(
      `trial ${i + 1}: ${verdict} after ${rounds} rounds, ratio ${ratio.toFixed(4)} (${interval.map((end) => end.toFixed(4)).join('–')})`,
    );
  }
  const [low, high] = wilson(found, trials).map((share) => (100 * share).toFixed(1));
  console.log(`a slowdown of ${slowdown} % was found in ${found} of ${trials} trials (95 % interval ${low}–${high} %)`);
} finally {
  await workshop.close();
}
