import { grouped, minimum } from '../../reference/collect.ts';
import type { CallTimes } from '../../suites/contract/suite.ts';
import { cellId } from '../../suites/plan/cell.ts';
import { MULTI_STREAM, SINGLE_STREAM } from '../../suites/plan/scenarios.ts';
import { type Ratio, unpairedRatio } from '../../suites/stats/centre.ts';
import { type Centre, centreOf } from '../../suites/stats/few.ts';
import { count } from '../../suites/stats/format.ts';
import { samplesFor } from '../../suites/stats/quantiles.ts';
import { ratesOf } from '../../suites/stats/rates.ts';
import { findSuite } from '../../suites/suites.ts';
import type { RowStatus } from './status.ts';
import { computes, labelOf, type Row, type Table, timesOf } from './table.ts';

/** A high percentile of the latencies of queries. */
export type Tail = {
  readonly id: string;
  readonly status: RowStatus;
  /** Milliseconds: the rounds' own percentiles, as everywhere in reports; undefined where `lacks` says why. */
  readonly ms: Centre | undefined;
  /** Queries timed, in all rounds. */
  readonly samples: number;
  readonly lacks: string | undefined;
};

/** The throughput of one batch. */
export type Step = {
  readonly id: string;
  readonly batch: number;
  readonly status: RowStatus;
  /** Images per second, over rounds; undefined where `lacks` says why. */
  readonly rate: Centre | undefined;
  readonly lacks: string | undefined;
  /** Its throughput over that of single images. */
  readonly gain: Ratio | undefined;
  /** Whether it is the largest of the backend's, or cannot be told apart from it. */
  readonly best: boolean;
  readonly tied: boolean;
};

/** One network at one size on one backend. A scenario whose cells were not asked for is missing. */
export type ScenarioRow = {
  readonly label: string;
  readonly model: string;
  readonly size: number;
  readonly backend: string;
  readonly single: Tail | undefined;
  readonly multi: Tail | undefined;
  /** By batch, ascending. */
  readonly offline: readonly Step[];
};

/** Why a row has no figure. */
const absence = ({ status, reasons: [first] }: Row): string => (first ? `${status}: ${first.reason}` : status);

/** A percentile of a cell's queries, where each round has enough of them and each was timed by itself. */
function tailOf(
  row: Row | undefined,
  quantile: number,
  pick: (one: CallTimes) => Centre | undefined,
): Tail | undefined {
  if (row === undefined) return undefined;
  const { id, status } = row;
  const latency = timesOf(row);
  if (latency === undefined) return { id, status, ms: undefined, samples: 0, lacks: absence(row) };
  const { samples, rounds, batch } = latency;
  const least = minimum(rounds.map((one) => one.length));
  const lacks =
    least < samplesFor(quantile)
      ? `a round has ${count(least, 'sample')} of ${samplesFor(quantile)}`
      : batch > 1
        ? `a sample is the mean of ${batch} calls`
        : undefined;
  return { id, status, ms: lacks === undefined ? pick(latency) : undefined, samples, lacks };
}

/** Steps of one backend, each told from the best and from single images. */
function stepsOf(rows: readonly Row[]): Step[] {
  const steps = rows.map((row) => {
    const latency = timesOf(row);
    const rates = latency ? ratesOf(latency, row.cell.batch) : [];
    return { row, rates, resolution: latency?.resolution ?? 0, rate: latency && centreOf(rates, latency.resolution) };
  });
  const right = steps.filter(({ row }) => row.status === 'ok');
  const best = right.reduce<(typeof steps)[number] | undefined>(
    (a, b) => ((b.rate?.median ?? 0) > (a?.rate?.median ?? 0) ? b : a),
    undefined,
  );
  const single = right.find(({ row }) => row.cell.batch === 1);
  return steps.map((one): Step => {
    const ratioTo = (other: typeof best) =>
      other && other !== one
        ? unpairedRatio(other.rates, one.rates, Math.max(one.resolution, other.resolution))
        : undefined;
    const { row, rate } = one;
    const { id, status, cell } = row;
    // Without intervals nothing is told apart.
    const beaten = (ratioTo(best)?.interval[1] ?? 1) < 1;
    return {
      ...{ id, status, rate, batch: cell.batch, gain: ratioTo(single), best: one === best },
      lacks: rate === undefined ? absence(row) : undefined,
      tied: one !== best && right.includes(one) && !beaten,
    };
  });
}

/** What cells of latency say of each scenario, by network and backend in the order of the plan. */
export function scenariosOf({ rows }: Table): ScenarioRow[] {
  const asked = rows.filter((one) => findSuite(one.cell.suite)?.times && computes(one));
  const groups = grouped(asked, ({ cell }) => cellId({ ...cell, batch: 1 }));
  return [...groups.values()].map((members) => {
    const sorted = [...members].sort((a, b) => a.cell.batch - b.cell.batch);
    const { cell } = sorted[0] as Row;
    const of = ({ batches: [batch] }: { readonly batches: readonly [number] }) =>
      sorted.find((row) => row.cell.batch === batch);
    return {
      label: labelOf({ ...cell, batch: 1 }),
      ...{ model: cell.model, size: cell.size, backend: cell.backend },
      single: tailOf(of(SINGLE_STREAM), SINGLE_STREAM.quantile, ({ p90 }) => p90),
      multi: tailOf(of(MULTI_STREAM), MULTI_STREAM.quantile, ({ p99 }) => p99),
      offline: stepsOf(sorted),
    };
  });
}

/** Whether any batch but 1 was asked for: else a run answers single-stream only. */
export const hasBatches = (rows: readonly ScenarioRow[]): boolean =>
  rows.some(({ offline }) => offline.some(({ batch }) => batch !== 1));

/** The step of the largest throughput. */
export const bestOf = ({ offline }: ScenarioRow): Step | undefined => offline.find(({ best }) => best);

/** The table with its scenarios, as JSON shows it. */
export const withScenarios = (table: Table): Table & { readonly scenarios: readonly ScenarioRow[] } => ({
  ...table,
  scenarios: scenariosOf(table),
});
