import { random } from '../../reference/random.ts';
import { type Comparison, compare } from '../../reports/compare/compare.ts';
import { conclude } from '../../reports/compare/conclusion.ts';
import type { Header } from '../../suites/record/header.ts';
import type { Placement } from '../../suites/record/placement.ts';
import type { Outcome, Run } from '../../suites/record/record.ts';
import type { Result } from '../../suites/suites.ts';
import { drawn, NOISES, type Noise, populationOf } from '../suites/population.ts';
import { emptyRun } from './fixture.ts';
import { WORK } from './results.ts';

export const CPU: Placement = { device: 'cpu', proof: 'placement log', nodes: { cpu: 53 }, notes: [] };
export const ok = (result: Result, placement = CPU): Outcome => ({ status: 'ok', placement, result });

/** A run with these outcomes of cells, one round each. */
export function runOf(cells: { readonly [id: string]: readonly Outcome[] }, header: Partial<Header> = {}): Run {
  const records = Object.entries(cells).flatMap(([id, outcomes]) =>
    outcomes.map((outcome, round) => ({ kind: 'record' as const, id, round, at: '2026-01-02T03:05:00.000Z', outcome })),
  );
  const empty = emptyRun();
  return {
    ...empty,
    end: { ...(empty.end as NonNullable<Run['end']>), steal: 0, throttled: { heat: 0, quota: null } },
    header: { ...empty.header, plan: Object.keys(cells), ...header },
    records,
  };
}

export const clock = { step: 4e-5, granularity: 6e-5 };
const CALM = { ...(NOISES['lognormal rounds, correlated samples'] as Noise), rounds: 0.005, samples: 0.02 };
const POOL = populationOf(CALM, 2000, 30, 1);
const next = random(5);

/** Rounds of a latency around `ms`. */
export const latency = (ms: number, rounds = 10): Outcome[] =>
  drawn(POOL, rounds, next).map((samples) =>
    ok({
      suite: 'latency',
      samples: samples.map((time) => ms * time),
      batch: 1,
      clock,
      warmup: 4,
      short: false,
      work: WORK,
    }),
  );

export const ID = 'latency:resnet18.seed0:fp32:b1:64:ort-node/cpu';
export const idOf = (suite: string, backend = 'ort-node/cpu') => `${suite}:resnet18.seed0:fp32:b1:64:${backend}`;
export const verdicts = ({ changes }: Comparison) =>
  Object.fromEntries(changes.map(({ id, verdict }) => [id, verdict]));
export const one = (id: string, base: readonly Outcome[], head: readonly Outcome[], header: Partial<Header> = {}) => {
  const comparison = compare(runOf({ [id]: base }, header), runOf({ [id]: head }, header), 0.03);
  const [change] = comparison.changes;
  if (change === undefined) throw new Error('no change');
  return { ...change, regressed: conclude(comparison).regressed, comparison };
};

/** A copy of a run without some cells, or with other times in some. */
export const without = (run: Run, gone: (id: string) => boolean): Run => ({
  ...run,
  header: { ...run.header, plan: run.header.plan.filter((id) => !gone(id)) },
  records: run.records.filter(({ id }) => !gone(id)),
});
export const slowed = (run: Run, factor: number, of: (id: string) => boolean): Run => ({
  ...run,
  records: run.records.map((record) =>
    of(record.id)
      ? (JSON.parse(JSON.stringify(record), (key, value) =>
          key === 'samples' ? value.map((time: number) => factor * time) : value,
        ) as Run['records'][number])
      : record,
  ),
});
