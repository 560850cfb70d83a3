import { precisionText } from '../../reference/precisions/notation.ts';
import type { Cell } from '../../suites/plan/cell.ts';
import { hostOf } from './backend.ts';
import { type Row, type Table, tableOf } from './table.ts';

/** What a cell is filtered by, in the order of the page; `text` is part of its id or of a reason. */
export const FACETS = ['model', 'backend', 'host', 'precision', 'status', 'suite'] as const;
export type Facet = (typeof FACETS)[number];

/** The value that each facet must have, and a text that must be there. What is undefined lets all pass. */
export type Filter = { readonly [facet in Facet | 'text']?: string };

/** A row's value of a facet. */
export function facetOf({ cell, status }: Row, facet: Facet): string {
  const values: { readonly [facet in Facet]: (cell: Cell) => string } = {
    model: ({ model }) => model,
    backend: ({ backend }) => backend,
    host: hostOf,
    precision: precisionText,
    status: () => status,
    suite: ({ suite }) => suite,
  };
  return values[facet](cell);
}

/** The distinct values of a facet, in the order of the table. */
export const facetValues = ({ rows }: Table, facet: Facet): string[] => [
  ...new Set(rows.map((row) => facetOf(row, facet))),
];

const contains = ({ id, reasons }: Row, text: string): boolean =>
  [id, ...reasons.map(({ reason }) => reason)].some((one) => one.toLowerCase().includes(text));

/** Whether a filter lets all pass. */
export const isOpen = (filter: Filter): boolean => [...FACETS, 'text' as const].every((key) => !filter[key]);

/** The rows that a filter lets pass, as a table of the same run. */
export function filtered(table: Table, filter: Filter): Table {
  if (isOpen(filter)) return table;
  const text = filter.text?.toLowerCase() ?? '';
  const rows = table.rows.filter(
    (row) => FACETS.every((facet) => !filter[facet] || facetOf(row, facet) === filter[facet]) && contains(row, text),
  );
  return tableOf(table.run, rows, []);
}
