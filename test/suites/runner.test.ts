import { describe, expect, it } from 'vitest';
import { shuffled } from '../../reference/random.ts';
import type { RoundTime, Variant } from '../../suites/engine/history.ts';
import { type Group, groupCells, runGroups, type Schedule } from '../../suites/engine/runner.ts';
import { roundsLeft, SETTLED_FROM } from '../../suites/engine/stop.ts';
import { parseCell } from '../../suites/plan/cell.ts';
import type { Outcome, Record } from '../../suites/record/record.ts';
import type { ResultOf } from '../../suites/suites.ts';
import { LATENCY as latency, PLACED as placement } from '../reports/results.ts';

const PROCESS_MEMORY: ResultOf<'memory'> = {
  suite: 'memory',
  processes: [],
  gpu: null,
  tensors: null,
  model: 1,
};

const groups = (...names: string[]): Group[] =>
  groupCells(names.map((name) => parseCell(`latency:resnet18.seed0:fp32:b1:${name}`)));
const ok: Outcome = { status: 'ok', placement, result: latency };

async function run(
  list: Group[],
  schedule: Partial<Schedule>,
  visit: (group: Group, round: number, variant: Variant) => { outcome: Outcome; seconds: number },
) {
  let clock = 0;
  const records: (Record & { variant: Variant })[] = [];
  await runGroups(
    list,
    {
      rounds: 3,
      evenRounds: schedule.rounds ?? 3,
      seed: 0,
      budgetSeconds: 1000,
      repeatSeconds: 100,
      past: [],
      variants: ['a'],
      left: undefined,
      now: () => clock * 1000,
      predict: () => undefined,
      ...schedule,
    },
    {
      visit: async (group, round, variant) => {
        const { outcome, seconds } = visit(group, round, variant);
        clock += seconds;
        return new Map(group.cells.map(({ suite }) => [suite, outcome]));
      },
      append: (record, variant) => records.push({ ...record, variant }),
      tell: () => {},
    },
  );
  return records;
}

describe('running groups', () => {
  it('groups suites of one session, and keeps accuracy apart', () => {
    const cells = ['latency', 'memory', 'accuracy'].map((suite) =>
      parseCell(`${suite}:resnet20.akamaster:fp32:b1:32:null`),
    );
    expect(groupCells(cells).map((group) => group.cells.length)).toEqual([2, 1]);
  });

  it('visits each group once in each round', async () => {
    const records = await run(groups('64:null', '64:ort-node/cpu'), {}, () => ({ outcome: ok, seconds: 1 }));
    expect(records.map((record) => record.round)).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('does not try again what did not work', async () => {
    const records = await run(groups('64:null', '64:ort-node/cpu'), {}, (group) => ({
      outcome: group.row.id === 'null' ? ok : { status: 'crash', reason: 'x', phase: 'open' },
      seconds: 1,
    }));
    expect(records.filter((record) => record.outcome.status === 'crash')).toHaveLength(1);
    expect(records).toHaveLength(4);
  });

  it('asks once what is the same in every round', async () => {
    const [group] = groupCells([parseCell('accuracy:resnet20.akamaster:fp32:b25:32:ort-node/cpu')]);
    expect(group?.once).toBe(true);
    expect(await run(group === undefined ? [] : [group], {}, () => ({ outcome: ok, seconds: 1 }))).toHaveLength(1);
  });

  it('visits small networks first and large images last', async () => {
    const list = groupCells(
      [
        'latency:resnet50.seed0:fp32:b1:224:null',
        'latency:resnet101.seed0:fp32:b1:64:null',
        'latency:resnet20.seed0:fp32:b1:32:null',
        'latency:resnet18.seed0:fp32:b1:64:null',
      ].map(parseCell),
    );
    const records = await run(list, { rounds: 1, predict: () => 1 }, () => ({ outcome: ok, seconds: 1 }));
    expect(records.map((record) => parseCell(record.id).model.split('.')[0])).toEqual([
      'resnet20',
      'resnet18',
      'resnet101',
      'resnet50',
    ]);
  });

  it('starts nothing that would end after the budget, and repeats nothing that is too long', async () => {
    expect(await run(groups('64:null'), { budgetSeconds: 25 }, () => ({ outcome: ok, seconds: 10 }))).toHaveLength(2);
    expect(await run(groups('64:null'), { repeatSeconds: 5 }, () => ({ outcome: ok, seconds: 10 }))).toHaveLength(1);
  });

  it('lets versions take turns, each first in every other round, in rounds of their own', async () => {
    const records = await run(groups('64:null', '64:ort-node/cpu'), { variants: ['a', 'b'], rounds: 4 }, () => ({
      outcome: ok,
      seconds: 1,
    }));
    expect(records).toHaveLength(16);
    for (let i = 0; i < records.length; i += 2) {
      const [first, second] = records.slice(i, i + 2);
      expect(second).toMatchObject({ id: first?.id, round: first?.round });
      expect(new Set([first?.variant, second?.variant])).toEqual(new Set(['a', 'b']));
    }
    const began = records.filter((record, i) => i % 2 === 0 && record.id.endsWith('null'));
    expect(began.map((record) => record.variant).join('')).toMatch(/^(abab|baba)$/);
  });

  it('goes on until a latency is known well enough, and no longer', async () => {
    const timed = (ms: number): Outcome => ({ ...ok, result: { ...latency, samples: [ms] } }) as Outcome;
    // One cell scatters by 1 % and one by 5 %.
    const visit = (group: Group, round: number) => {
      const spread = group.row.id === 'tfjs/wasm' ? 0.01 : 0.05;
      return { outcome: timed(10 * (1 + spread * Math.sin(7 * round))), seconds: 1 };
    };
    const until = (within: number) => ({
      evenRounds: 2,
      left: (times: readonly RoundTime[]) => roundsLeft(times, within),
    });
    const list = groups('64:tfjs/wasm', '64:ort-node/cpu');
    const count = (records: readonly Record[], name: string) => records.filter((one) => one.id.endsWith(name)).length;
    const records = await run(list, { rounds: 60, ...until(0.02) }, visit);
    expect(count(records, 'wasm')).toBe(SETTLED_FROM);
    expect(count(records, 'cpu')).toBeGreaterThan(SETTLED_FROM);
    expect(count(records, 'cpu')).toBeLessThan(60);
    const capped = await run(list, { rounds: 12, ...until(0.001) }, visit);
    expect([count(capped, 'wasm'), count(capped, 'cpu')]).toEqual([12, 12]);
    expect(await run(list, { rounds: 60, budgetSeconds: 15, ...until(0.001) }, visit)).toHaveLength(15);
  });

  it('spends a budget that is too short for all on what needs the least time to be known', async () => {
    const timed = (ms: number): Outcome => ({ ...ok, result: { ...latency, samples: [ms] } }) as Outcome;
    const visit = (group: Group, round: number) => ({
      outcome: timed(10 * (1 + 0.01 * Math.sin(7 * round))),
      seconds: group.row.id === 'tfjs/wasm' ? 10 : 1,
    });
    const left = (times: readonly RoundTime[]) => roundsLeft(times, 0.05);
    const list = groups('64:tfjs/wasm', '64:ort-node/cpu', '64:tfjs/cpu');
    // Two rounds of all take 24 s, and three more of the quick ones 6 s; one of the slow one would not help.
    const records = await run(list, { rounds: 60, evenRounds: 2, budgetSeconds: 45, left }, visit);
    const rounds = (name: string) => records.filter((one) => one.id.endsWith(name)).length;
    expect([rounds('tfjs/wasm'), rounds('ort-node/cpu'), rounds('tfjs/cpu')]).toEqual([3, 5, 5]);
    const all = await run(list, { rounds: 60, evenRounds: 2, budgetSeconds: 1000, left }, visit);
    expect(all).toHaveLength(15);
    // Rounds of one cell are spread: none is visited twice in a row while others are open.
    const order = all.slice(0, 15).map(({ id }) => id);
    expect(order.every((id, i) => id !== order[i - 2] || id !== order[i - 1])).toBe(true);
  });

  it('foresees rounds until an interval has been narrow three times, and from few rounds not too many', () => {
    const left = (...times: number[]) =>
      roundsLeft(
        times.map((time, round) => ({ round, variant: 'a' as const, time })),
        0.05,
      );
    expect(left()).toBe(SETTLED_FROM);
    expect(left(10, 10.1, 9.9, 10, 10.05)).toBe(0);
    // Narrow now, and before that not: two more rounds must be as narrow.
    expect(left(10, 14, 10, 10, 10)).toBe(2);
    // Three rounds that scatter by 5 % look, by themselves, as if dozens were needed.
    expect(left(10, 10.9, 9.9)).toBeGreaterThan(2);
    expect(left(10, 10.9, 9.9)).toBeLessThan(12);
    expect(left(10, 20, 10, 20, 10, 20)).toBeGreaterThan(30);
    // Two speeds, each of them known.
    expect(left(10, 20, 10, 20, 10, 20, 20, 20)).toBe(0);
    expect(left(10, 20, 20, 20, 10, 20, 20, 20)).toBeGreaterThan(0);
    expect(left(10, 20, 10, 23, 10, 20, 20, 18)).toBeGreaterThan(0);
  });

  it('asks how much is left with the group', async () => {
    const left = (_: readonly RoundTime[], { row }: Group) => (row.gauges === undefined ? 1 : 0);
    const visit = () => ({ outcome: ok, seconds: 1 });
    expect(await run(groups('64:null'), { rounds: 9, evenRounds: 2, left }, visit)).toHaveLength(2);
    expect(await run(groups('64:tfjs/cpu'), { rounds: 9, evenRounds: 2, left }, visit)).toHaveLength(9);
  });

  it('repeats what has no time in the even rounds only', async () => {
    const list = groupCells(['memory:resnet18.seed0:fp32:b1:64:ort-node/cpu'].map(parseCell));
    const outcome: Outcome = { status: 'ok', placement, result: PROCESS_MEMORY };
    expect(await run(list, { rounds: 60, evenRounds: 2, left: () => 1 }, () => ({ outcome, seconds: 1 }))).toHaveLength(
      2,
    );
  });

  it('shuffles by the seed alone', () => {
    const list = Array.from({ length: 20 }, (_, i) => i);
    expect(shuffled(list, 1)).toEqual(shuffled(list, 1));
    expect(shuffled(list, 1)).not.toEqual(shuffled(list, 2));
    expect([...shuffled(list, 1)].sort((a, b) => a - b)).toEqual(list);
  });
});
