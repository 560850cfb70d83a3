import { grouped } from '../../reference/collect.ts';
import { perCent } from '../../suites/stats/format.ts';
import { isWithin } from '../../suites/stats/quantiles.ts';
import { findSuite } from '../../suites/suites.ts';
import { isGauge } from './backend.ts';
import { CRITERIA, type CriterionRow } from './criteria.ts';
import { bestOf, type Choice, type Host, type Standing } from './decision.ts';
import type { RowStatus } from './status.ts';
import { type Row, type Table, timesOf, told } from './table.ts';

/** What is said of the best of a host: its time, how long it takes to start, and its memory. */
export const SAID: readonly CriterionRow[] = ['warm', 'cold', 'peak'].flatMap((id) =>
  CRITERIA.filter((one) => one.id === id),
);

/** The fastest right backend of a network on a host. */
export type Fastest = {
  readonly choice: Choice;
  readonly host: Host;
  /** One of the first rank; where none has a rank, a right one with too few rounds for one. */
  readonly best: Standing;
  /** What limits the answer: `not told apart from …`, `the only one`; empty where nothing does. */
  readonly notes: readonly string[];
};

const names = (standings: readonly Standing[]): string => standings.map(({ backend }) => backend).join(', ');

/** The fastest right backend of a network on a host, by the ranks of the decision table; undefined where none is timed. */
export function fastestOn(choice: Choice, host: Host): Fastest | undefined {
  const [first, ...ties] = bestOf(choice, host);
  const few = choice.standings.filter((one) => one.host === host && one.unranked === 'no interval');
  const best = first ?? few[0];
  if (best === undefined) return undefined;
  const same = choice.standings.filter((one) => one.host === host && one.size === best.size);
  const open = few.filter((one) => one !== best && one.size === best.size);
  const isTimed = ({ rank, unranked }: Standing) => rank !== undefined || unranked === 'no interval';
  return {
    choice,
    host,
    best,
    notes: [
      ...(first === undefined ? ['too few rounds to rank'] : []),
      ...(ties.length > 0 ? [`not told apart from ${names(ties)}`] : []),
      ...(first !== undefined && open.length > 0 ? [`too few rounds to rank ${names(open)}`] : []),
      ...(same.filter(isTimed).length === 1 ? ['the only one'] : []),
    ],
  };
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
