import { grouped } from '../../reference/collect.ts';
import type { CallTimes } from '../../suites/contract/suite.ts';
import { number, perCent } from '../../suites/stats/format.ts';
import { isWithin } from '../../suites/stats/quantiles.ts';
import { findSuite } from '../../suites/suites.ts';
import { hostOf, isGauge } from './backend.ts';
import type { RowStatus } from './status.ts';
import { computes, labelOf, type Row, type Table, timesOf, told } from './table.ts';

/** A right row with a time. */
type Timed = { readonly row: Row; readonly times: CallTimes };

/** The fastest right backend of a network on a host, and those whose intervals overlap its own. */
export type Fastest = {
  readonly label: string;
  readonly host: 'node' | 'browser';
  readonly first: Timed;
  readonly ties: readonly Timed[];
  /** Whether no other was right and timed. */
  readonly only: boolean;
};

const timed = (row: Row): Timed[] => {
  const times = row.status === 'ok' && computes(row) ? timesOf(row) : undefined;
  return times === undefined ? [] : [{ row, times }];
};

/** Whether a time is not surely above another: their intervals overlap, or one has none. */
const maybeEqual = (a: CallTimes, b: CallTimes): boolean =>
  a.interval === undefined || b.interval === undefined || b.interval[0] <= a.interval[1];

/** A network on a host, at any size. */
const networkOf = ({ row }: Timed): string => `${labelOf({ ...row.cell, size: 0 })} ${hostOf(row.cell)}`;

/**
 * The fastest right backends, in the order of the plan. A network's sizes are apart: see labelOf. A size that only a slow
 * backend ran, beside another, has no fastest.
 */
export function fastestOf({ rows }: Table): Fastest[] {
  const all = rows.flatMap(timed);
  const sizes = grouped(all, networkOf);
  return [...grouped(all, ({ row }) => `${labelOf(row.cell)} ${hostOf(row.cell)}`).values()].flatMap((list) => {
    const [first, ...others] = [...list].sort((a, b) => a.times.median - b.times.median);
    if (first === undefined) return [];
    const only = others.length === 0;
    if (only && (sizes.get(networkOf(first))?.length ?? 0) > 1) return [];
    const ties = others.filter(({ times }) => maybeEqual(first.times, times));
    return [{ label: labelOf(first.row.cell), host: hostOf(first.row.cell), first, ties, only }];
  });
}

/**
 * The times that a run should know to ± its `within`: all planned ones of runtimes, without unsupported cells. Empty for a
 * run without a precision, and for interleaved runs, which measure ratios.
 */
function wantedRows({ run, rows }: Table): Row[] {
  const { within, pair } = run.header;
  const cannot: readonly RowStatus[] = ['unsupported'];
  return within === null || pair !== null
    ? []
    : rows.filter(
        (row) =>
          findSuite(row.cell.suite)?.interval !== undefined && !isGauge(row.cell) && !cannot.includes(row.status),
      );
}

/** `10 of 12 latencies known to ±5 %, 1 of the others at two speeds`; undefined where no precision was asked for. */
export function knownText(table: Table): string | undefined {
  const { within } = table.run.header;
  const wanted = wantedRows(table);
  if (wanted.length === 0) return undefined;
  const isKnown = (row: Row) => {
    const interval = timesOf(row)?.interval;
    return interval !== undefined && isWithin(interval, within ?? 0);
  };
  const [known, open] = [wanted.filter(isKnown), wanted.filter((row) => !isKnown(row))];
  const uneven = open.filter((row) => timesOf(row)?.warnings.some(({ kind }) => kind === 'two speeds'));
  const two = uneven.length === 0 ? '' : `, ${uneven.length} of the others at two speeds`;
  return `${known.length} of ${wanted.length} latencies known to ±${perCent(within ?? 0)} %${two}`;
}

/** What to do about figures, and the backends whose figures say so. */
export function adviceOf(table: Table): string[] {
  const advised = grouped(
    table.rows.flatMap((row) => {
      const advice = told(row, (suite, figures) => suite.advice?.(figures));
      return advice === undefined ? [] : [{ row, text: `${row.cell.model}: ${advice}` }];
    }),
    ({ text }) => text,
  );
  return [...advised].map(([text, list]) => `${text} (${list.map(({ row }) => row.cell.backend).join(', ')})`);
}

/** What the run decided, in a few lines: what is known, what is fastest, and what is not right. */
export function answersOf(table: Table): string[] {
  const fastest = fastestOf(table).map(({ label, host, first, ties, only }) => {
    const tied = ties.length === 0 ? '' : `, not told apart from ${ties.map(({ row }) => row.cell.backend).join(', ')}`;
    const where = host === 'node' ? 'in Node' : 'in a browser';
    const alone = only ? ' (the only one)' : tied;
    return `fastest ${where}, ${label}: ${first.row.cell.backend}, ${number(first.times.median)} ms${alone}`;
  });
  const failures = (['crash', 'timeout', 'wrong', 'suspect', 'fallback'] as const).flatMap((status) => {
    const sessions = new Set(
      table.rows.filter((row) => row.status === status).map(({ cell }) => `${cell.backend} (${labelOf(cell)})`),
    );
    return sessions.size === 0 ? [] : [`${status}: ${[...sessions].join('; ')}`];
  });
  const known = knownText(table);
  return [...(known === undefined ? [] : [known]), ...fastest, ...failures, ...adviceOf(table)];
}
