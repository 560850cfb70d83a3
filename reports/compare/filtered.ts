import { FACETS, type Filter, filtered } from '../table/filter.ts';
import type { Table } from '../table/table.ts';
import type { Comparison } from './compare.ts';

/** The tables of both runs, and what a filter lets pass of the head's. */
export type ComparedTables = { readonly base: Table; readonly head: Table; readonly shown: Table };

/**
 * The part of a comparison that a filter lets pass: cells of the head, and those that only the base has, which have no
 * status to filter by. A backend's geometric mean is over all of its cells, so a filter for anything else hides it.
 */
export function filteredComparison(
  whole: Comparison,
  { base, head, shown }: ComparedTables,
  filter: Filter,
): Comparison {
  if (shown === head) return whole;
  const inHead = new Set(head.rows.map(({ id }) => id));
  const gone = filter.status ? [] : filtered(base, filter).rows.filter(({ id }) => !inHead.has(id));
  const ids = new Set([...shown.rows, ...gone].map(({ id }) => id));
  const isByBackend = [...FACETS, 'text' as const].every((key) => key === 'backend' || key === 'host' || !filter[key]);
  const backends = new Set([...shown.rows, ...gone].map(({ cell }) => cell.backend));
  return {
    ...whole,
    changes: whole.changes.filter(({ id }) => ids.has(id)),
    backends: isByBackend ? whole.backends.filter((one) => backends.has(one.backend)) : [],
  };
}
