import { FACETS, type Facet, facetValues, isOpen } from '../../table/filter.ts';
import type { Table } from '../../table/table.ts';
import { html, type Markup } from '../kit/markup.ts';
import type { PageState } from './state.ts';

/** The names of the facets. */
export const TITLES: { readonly [facet in Facet]: string } = {
  model: 'Model',
  backend: 'Backend',
  host: 'Host',
  precision: 'Precision and form',
  status: 'Status',
  suite: 'Suite',
};

const option = (value: string, chosen: string | undefined, text: string): Markup =>
  html`<option value="${value}"${value === (chosen ?? '') ? html` selected` : ''}>${text}</option>`;

type Select = {
  readonly name: string;
  readonly title: string;
  readonly values: readonly string[];
  readonly chosen: string | undefined;
  /** What no choice means. */
  readonly none: string;
};

export const select = ({ name, title, values, chosen, none }: Select): Markup =>
  html`<label>${title}<select name="${name}">${option('', chosen, none)}${[...new Set([...values, ...(chosen ? [chosen] : [])])].map((value) => option(value, chosen, value))}</select></label>`;

/** The values of a facet in the run and, for what only the baseline has, in that: such a cell has no status. */
const valuesOf = (all: Table, base: Table | undefined, facet: Facet): string[] => [
  ...new Set([...facetValues(all, facet), ...(base && facet !== 'status' ? facetValues(base, facet) : [])]),
];

/**
 * The choices of a page: facets with more than one value, those of a baseline included, a text, the backend that ratios are
 * of.
 */
export function filterForm(all: Table, shown: Table, state: PageState, base: Table | undefined): Markup {
  const facets = FACETS.flatMap((facet) => {
    const values = valuesOf(all, base, facet);
    return values.length > 1
      ? [select({ name: facet, title: TITLES[facet], values, chosen: state[facet], none: 'all' })]
      : [];
  });
  const count = isOpen(state) ? `${all.rows.length} cells` : `${shown.rows.length} of ${all.rows.length} cells`;
  return html`<fieldset><legend>Show</legend>${facets}
<label>Text<input type="search" name="text" value="${state.text ?? ''}" placeholder="part of a cell id or a reason"></label>
${select({ name: 'base', title: 'Ratios to', values: all.backends, chosen: state.base, none: 'the fastest' })}
<button type="reset">Show all</button> <output>${count}</output></fieldset>`;
}
