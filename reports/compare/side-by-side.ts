import type { ChangeVerdict } from '../../suites/contract/change.ts';
import type { Run } from '../../suites/record/record.ts';
import { number } from '../../suites/stats/format.ts';
import { median } from '../../suites/stats/quantiles.ts';
import { findSuite } from '../../suites/suites.ts';
import { type Row, tabulate } from '../table/table.ts';
import type { BackendChange } from './backends.ts';
import { type Change, type Comparison, compare } from './compare.ts';
import { comparisonData } from './comparison-data.ts';
import { type Conclusion, conclude } from './conclusion.ts';
import type { Rules } from './rules.ts';
import type { AdjustedRatio } from './times.ts';

/** A run, and how its column is headed. */
export type NamedRun = { readonly name: string; readonly run: Run };

/** A cell in one of the runs; verdict and ratio are against the first run, which has none. */
export type SideCell = {
  /** `missing` where the run does not have it. */
  readonly status: string;
  /** Its main time in milliseconds, where it is right and has one. */
  readonly ms: number | undefined;
  readonly verdict: ChangeVerdict | undefined;
  readonly ratio: AdjustedRatio | undefined;
};

/** Several runs side by side: cells are rows, runs are columns, and the first run is the base. */
export type SideBySide = {
  readonly runs: readonly NamedRun[];
  readonly comparisons: readonly { readonly name: string; readonly comparison: Comparison }[];
  readonly rows: readonly { readonly id: string; readonly cells: readonly SideCell[] }[];
  /** Geometric means of the later runs ÷ the first; undefined where a run has too few cells. */
  readonly backends: readonly {
    readonly backend: string;
    readonly metric: string;
    readonly means: readonly (BackendChange | undefined)[];
  }[];
};

function mainTime(row: Row | undefined): number | undefined {
  if (row?.measure === undefined) return undefined;
  const main = findSuite(row.cell.suite)?.change.times?.(row.measure)[0];
  const times = main?.times.filter((time) => time !== null) ?? [];
  return times.length === 0 ? undefined : median(times);
}

const sideCell = (row: Row | undefined, change: Change | undefined): SideCell => ({
  status: row?.status ?? 'missing',
  ms: mainTime(row),
  verdict: change?.verdict,
  ratio: change?.ratio,
});

/** Compares every later run with the first. Throws where there are fewer than two. */
export function sideBySide(runs: readonly NamedRun[], rules: number | Rules): SideBySide {
  const [base, ...heads] = runs;
  if (base === undefined || heads.length === 0) throw new Error('compare takes two runs or more');
  const comparisons = heads.map(({ name, run }) => ({ name, comparison: compare(base.run, run, rules) }));
  const changes = comparisons.map(({ comparison }) => new Map(comparison.changes.map((one) => [one.id, one])));
  const tables = runs.map(({ run }) => new Map(tabulate(run).rows.map((row) => [row.id, row])));
  const ids = [...new Set(tables.flatMap((table) => [...table.keys()]))];
  const means = comparisons.flatMap(({ comparison }) => comparison.backends);
  const keys = new Map(means.map(({ backend, metric }) => [`${backend} ${metric}`, { backend, metric }]));
  return {
    runs,
    comparisons,
    rows: ids.map((id) => ({
      id,
      cells: tables.map((table, i) => sideCell(table.get(id), changes[i - 1]?.get(id))),
    })),
    backends: [...keys.values()].map(({ backend, metric }) => ({
      backend,
      metric,
      means: comparisons.map(({ comparison }) =>
        comparison.backends.find((one) => one.backend === backend && one.metric === metric),
      ),
    })),
  };
}

/** The rows that have an answer in at least one run: others are only counted. */
export const answered = ({ rows }: SideBySide): SideBySide['rows'] =>
  rows.filter(({ cells }) => cells.some(({ status }) => !['unsupported', 'not run', 'missing'].includes(status)));

/** `12.3 ms ×1.055 slower`: its time or status, then what it is against the first run. */
export function sideText({ status, ms, verdict, ratio }: SideCell): string {
  const value = ms === undefined || status !== 'ok' ? status : `${number(ms)} ms`;
  return [value, ratio === undefined ? '' : `×${ratio.ratio.toFixed(3)}`, verdict ?? ''].filter(Boolean).join(' ');
}

/** `×1.055 slower`, or '' where there is no mean. */
export const meanText = (mean: BackendChange | undefined): string =>
  mean === undefined ? '' : `×${mean.ratio.ratio.toFixed(3)} ${mean.verdict}`;

/** The conclusion about each later run, and of all: it fails where one of them does. */
export function concludeAll({ comparisons }: SideBySide): {
  readonly code: 0 | 1;
  readonly each: readonly (Conclusion & { readonly name: string })[];
} {
  const each = comparisons.map(({ name, comparison }) => ({ name, ...conclude(comparison) }));
  return { code: each.some(({ regressed }) => regressed) ? 1 : 0, each };
}

/** The table as data, followed by the data of each comparison with the first run. */
export function sideBySideData(side: SideBySide): object {
  const names = side.runs.map(({ name }) => name);
  return {
    runs: names,
    exit_code: concludeAll(side).code,
    rows: side.rows.map(({ id, cells }) => ({
      id,
      cells: cells.map(({ status, ms, verdict, ratio }, i) => ({
        ...{ run: names[i], status, main_time_ms: ms ?? null, verdict: verdict ?? null },
        ...{
          ratio: ratio?.ratio ?? null,
          ratio_low: ratio?.interval[0] ?? null,
          ratio_high: ratio?.interval[1] ?? null,
        },
      })),
    })),
    comparisons: side.comparisons.map(({ name, comparison }) => ({ head_run: name, ...comparisonData(comparison) })),
  };
}
