import { FACETS, type Facet, facetValues, isOpen } from '../../table/filter.ts';
import type { Table } from '../../table/table.ts';
import { type Content, html, type Markup } from '../kit/markup.ts';
import type { PageState } from './state.ts';

/** The names of the facets. */
const TITLES: { readonly [facet in Facet]: string } = {
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

const select = ({ name, title, values, chosen, none }: Select): Markup =>
  html`<label>${title}<select name="${name}">${option('', chosen, none)}${[...new Set([...values, ...(chosen ? [chosen] : [])])].map((value) => option(value, chosen, value))}</select></label>`;

/** A choice for each facet that has more than one value. */
export const facetSelects = <F extends Facet>(
  facets: readonly F[],
  valuesOf: (facet: F) => readonly string[],
  state: PageState,
): Markup[] =>
  facets.flatMap((facet) => {
    const values = valuesOf(facet);
    return values.length > 1
      ? [select({ name: facet, title: TITLES[facet], values, chosen: state[facet], none: 'all' })]
      : [];
  });

export const textField = ({ text = '' }: PageState, placeholder: string): Markup =>
  html`<label>Text<input type="search" name="text" value="${text}" placeholder="${placeholder}"></label>`;

/** The content of a page's form. `count` says how many cells are shown. */
export const formOf = (fields: Content, count: string): Markup =>
  html`<fieldset><legend>Show</legend>${fields}
<button type="reset">Show all</button> <output>${count}</output></fieldset>`;

/** The values of a facet in the run and, for what only the baseline has, in that: such a cell has no status. */
const valuesOf = (all: Table, base: Table | undefined, facet: Facet): string[] => [
  ...new Set([...facetValues(all, facet), ...(base && facet !== 'status' ? facetValues(base, facet) : [])]),
];

/**
 * The choices of a page: facets with more than one value, those of a baseline included, a text, the backend that ratios are
 * of.
 */
export function filterForm(all: Table, shown: Table, state: PageState, base: Table | undefined): Markup {
  const facets = facetSelects(FACETS, (facet) => valuesOf(all, base, facet), state);
  const ratios = select({
    name: 'base',
    title: 'Ratios to',
    values: all.backends,
    chosen: state.base,
    none: 'the fastest',
  });
  const count = isOpen(state) ? `${all.rows.length} cells` : `${shown.rows.length} of ${all.rows.length} cells`;
  return formOf([facets, textField(state, 'part of a cell id or a reason'), ratios], count);
}
