import { partsThatDiffer } from '../../../suites/record/fingerprint.ts';
import { elsewhere } from '../../compare/placement-change.ts';
import { type Table, timesOf } from '../../table/table.ts';
import type { Page } from './parts.ts';

/** By both tables, since every plot of a section asks. */
const found = new WeakMap<Table, WeakMap<Table, ReadonlyMap<string, number>>>();

/**
 * The medians of one call in the baseline run, in milliseconds, by the ids of cells. Those of another machine or device
 * are left out: they are not compared.
 */
export function baseMedians(page: Page): ReadonlyMap<string, number> {
  if (page.base === undefined) return new Map();
  const known = found.get(page.base) ?? new WeakMap<Table, ReadonlyMap<string, number>>();
  found.set(page.base, known);
  const made = known.get(page.table) ?? mediansOf(page);
  known.set(page.table, made);
  return made;
}

function mediansOf({ table, base }: Page): ReadonlyMap<string, number> {
  if (base === undefined || partsThatDiffer(base.run.header, table.run.header).some(({ machine }) => machine))
    return new Map();
  const rows = new Map(base.rows.map((row) => [row.id, row] as const));
  return new Map(
    table.rows.flatMap((row): [string, number][] => {
      const before = rows.get(row.id);
      const times = timesOf(before);
      return before === undefined || times === undefined || elsewhere(before, row) !== undefined
        ? []
        : [[row.id, times.median]];
    }),
  );
}
