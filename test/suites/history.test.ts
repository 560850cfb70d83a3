import { describe, expect, it } from 'vitest';
import { pastVisits, repeatOf, secondsSpent, type Variant } from '../../suites/engine/history.ts';
import { groupCells, isAnyDue, runGroups, type Schedule } from '../../suites/engine/runner.ts';
import { parseCell } from '../../suites/plan/cell.ts';
import type { Outcome, Record, Run } from '../../suites/record/record.ts';
import type { Result, ResultOf } from '../../suites/suites.ts';
import { emptyRun } from '../reports/fixture.ts';
import { started } from '../reports/results.ts';

const placement = { device: 'cpu', proof: 'none needed', nodes: {}, notes: [] };
const clock = { step: 1e-4, granularity: 1e-4 };
const result: Result = {
  suite: 'latency',
  samples: [1, 2],
  batch: 1,
  clock,
  warmup: 4,
  short: false,
  work: { macs: 1, bytes: 1 },
};
const ok: Outcome = { status: 'ok', placement, result };
const crash: Outcome = { status: 'crash', reason: 'x', phase: 'open' };

const groups = groupCells(
  [
    ...['latency', 'conformance', 'memory'].map((suite) => `${suite}:resnet18.seed0:fp32:b1:64:ort-node/cpu`),
    ...['latency', 'memory'].map((suite) => `${suite}:resnet18.seed0:fp32:b1:64:tfjs/wasm`),
    'latency:resnet50.seed0:fp32:b1:64:null',
    'leak:resnet50.seed0:fp32:b1:64:ort-node/cpu',
  ].map(parseCell),
);

type Kept = { readonly record: Record; readonly variant: Variant };

/** Runs the groups after what is kept, each visit a second long, and returns what is added. tfjs/wasm crashes. */
async function run(kept: readonly Kept[], more: Partial<Schedule>): Promise<Kept[]> {
  const added: Kept[] = [];
  const start = Date.parse('2026-01-02T03:00:00Z') + kept.length * 100_000;
  let now = 0;
  await runGroups(groups, scheduleAfter(kept, { now: () => now, ...more }), {
    visit: async ({ cells, row }) => {
      now += 1000;
      return new Map(cells.map(({ suite }) => [suite, row.id === 'tfjs/wasm' ? crash : ok]));
    },
    append: (record, variant) =>
      added.push({ record: { ...record, at: new Date(start + now).toISOString() }, variant }),
    tell: () => {},
  });
  return added;
}

/** Run files with these records, of one part that began a second before the first. */
function filesOf(kept: readonly Kept[], variants: readonly Variant[]): Map<Variant, Run> {
  const { header, ...empty } = emptyRun();
  const first = kept[0]?.record.at ?? header.started;
  const started = new Date(Date.parse(first) - 1000).toISOString();
  const of = (variant: Variant) => kept.filter((one) => one.variant === variant).map(({ record }) => record);
  return new Map(variants.map((one) => [one, { ...empty, header: { ...header, started }, records: of(one) }]));
}

function scheduleAfter(kept: readonly Kept[], more: Partial<Schedule>): Schedule {
  const variants = more.variants ?? ['a'];
  return {
    rounds: 3,
    evenRounds: 3,
    seed: 0,
    budgetSeconds: Infinity,
    repeatSeconds: 100,
    variants,
    left: undefined,
    past: pastVisits(filesOf(kept, variants)),
    now: () => 0,
    predict: () => undefined,
    ...more,
  };
}

const places = (kept: readonly Kept[]) => kept.map(({ record: { id, round }, variant }) => `${variant} ${round} ${id}`);

describe('a run that goes on after any of its records', () => {
  for (const variants of [['a'], ['a', 'b']] as const)
    it(`has what it would have had, once each and in order, where ${variants.length} versions take turns`, async () => {
      const whole = await run([], { variants });
      expect(whole).toHaveLength(variants.length * (3 * 4 + 2 + 1));
      for (let cut = 0; cut <= whole.length; cut++) {
        const kept = whole.slice(0, cut);
        const rest = await run(kept, { variants });
        expect(places([...kept, ...rest])).toEqual(places(whole));
        expect(isAnyDue(groups, scheduleAfter(kept, { variants }))).toBe(cut < whole.length);
      }
    });

  it('knows how long its visits took: it repeats none that is too long, and starts none beyond the budget', async () => {
    const whole = await run([], {});
    const kept = whole.filter(({ record }) => record.round === 0);
    expect(pastVisits(filesOf(kept, ['a'])).map(({ seconds }) => seconds)).toEqual([1, 1, 1, 1]);
    expect(await run(kept, { repeatSeconds: 0.9 })).toEqual([]);
    expect(await run(kept, { budgetSeconds: 0.9 })).toEqual([]);
    expect(isAnyDue(groups, scheduleAfter(kept, { budgetSeconds: 0.9 }))).toBe(false);
    const added = await run(kept, { budgetSeconds: 1 });
    expect(pastVisits(filesOf(added, ['a']))).toHaveLength(1);
  });

  it('counts the seconds of each part, and none between them', async () => {
    const files = filesOf(await run([], {}), ['a']);
    const [file] = files.values();
    // Four visits in round 0, then two in each of two.
    expect(secondsSpent(files)).toBe(8);
    const resumes = [{ kind: 'resume', at: '2026-01-02T03:00:05.500Z', budget: 9, load: 0 }] as const;
    expect(secondsSpent(new Map([['a', { ...(file as Run), resumes }]]))).toBe(7.5);
  });

  it('expect a visit to take less once more, since a warm start is made in the first round only', () => {
    const { suite: _, compiled, warm, ...start } = started({ module: 1500, session: 400, first: 80, second: 20 });
    const outcome = (warm: ResultOf<'startup'>['warm']): Outcome =>
      ({ status: 'ok', placement, result: { ...started({}), warm } }) as Outcome;
    const seconds = (one: Outcome) => repeatOf({ seconds: 6, outcomes: new Map([['startup', one]]) });
    expect(seconds(outcome(start))).toBe(4);
    expect(seconds(outcome({ reason: 'only the first round has one' }))).toBe(6);
    expect(repeatOf({ seconds: 6, outcomes: new Map([['latency', ok]]) })).toBe(6);
  });
});
