import { NONE } from '../../../suites/stats/format.ts';
import type { Interval } from '../../../suites/stats/quantiles.ts';
import type { CellHistory } from '../../nightly/cells.ts';
import { placeOf } from '../../table/lookup.ts';
import type { RowStatus } from '../../table/status.ts';
import type { Row, SessionRows, Table } from '../../table/table.ts';
import { type Content, html, type Markup } from './markup.ts';
import { STATUS_MARKS } from './theme.ts';

/** What every section is made of. */
export type Page = {
  readonly table: Table;
  readonly palette: (backend: string) => string;
  /** The run that it was compared with, where there is one. */
  readonly base?: Table;
  /** Its cells over the nights, where it is a night of a history. */
  readonly history?: CellHistory;
};

/** A section with its heading. */
export const section = ({ id, title }: { readonly id: string; readonly title: string }, content: Content): Markup =>
  html`<section><h2 id="${id}">${title}</h2>${content}</section>`;

/** What must be read before figures. */
export const note = (content: Content): Markup => html`<div class="note" role="note">${content}</div>`;

/** A status with its sign and colour. */
export const badge = (status: RowStatus): Markup => {
  const { name, sign } = STATUS_MARKS[status];
  return html`<span class="s s-${name}" data-sign="${sign}">${status}</span>`;
};

/** What to type to run a case again: selected as a whole by one click. */
export const command = (id: string): Markup => html`<code class="copy">npm run bench -- ${id}</code>`;

export const swatch = (color: string): Markup => html`<span class="swatch" style="background:${color}"></span>`;

/** A column. `kind` is its class: names do not wrap, prose does, figures are aligned right. */
export type Column<T> = {
  readonly title: Content;
  readonly kind: 'name' | 'prose' | 'n';
  readonly content: (item: T) => Content;
  /** What sorting compares where it is not the text. */
  readonly key: (item: T) => number | undefined;
};

const unkeyed = () => undefined;
export const name = <T>(title: Content, content: (item: T) => Content): Column<T> => ({
  title,
  kind: 'name',
  content,
  key: unkeyed,
});
export const prose = <T>(title: Content, content: (item: T) => Content): Column<T> => ({
  title,
  kind: 'prose',
  content,
  key: unkeyed,
});
/** Prose of some length, which gets more room; nothing where there is none. */
export const roomy = (text: Content): Content => (text === '' ? '' : html`<div class="roomy">${text}</div>`);

export const figure = <T>(
  title: Content,
  content: (item: T) => Content,
  key: (item: T) => number | undefined,
): Column<T> => ({ title, kind: 'n', content, key });

/** A column of figures, with a dash where there is none. */
export const amount = <T>(
  title: Content,
  pick: (item: T) => number | null | undefined,
  format: (value: number) => string = String,
): Column<T> =>
  figure<T>(
    title,
    (item) => {
      const value = pick(item);
      return value === null || value === undefined ? NONE : format(value);
    },
    (item) => pick(item) ?? undefined,
  );

/** A column of figures with their intervals, `1.02 (0.99 – 1.05)`, with a dash where there is none. */
export const bounded = <T>(
  title: Content,
  pick: (item: T) => { readonly value: number; readonly interval: Interval | undefined } | undefined,
  format: (value: number) => string,
): Column<T> =>
  figure<T>(
    title,
    (item) => {
      const found = pick(item);
      if (found === undefined) return NONE;
      return `${format(found.value)}${found.interval ? ` (${found.interval.map(format).join(' – ')})` : ''}`;
    },
    (item) => pick(item)?.value,
  );

/** The items, or one that is none: a row without figures keeps a line. */
export const orNone = <T>(items: readonly T[] = []): readonly (T | undefined)[] =>
  items.length > 0 ? items : [undefined];

/** A table that scrolls sideways where it is too wide, and sorts where JavaScript runs. `anchor` names a line. */
export function dataTable<T>(
  columns: readonly Column<T>[],
  items: readonly T[],
  anchor: (item: T) => string | undefined = unkeyed,
): Markup {
  const head = columns.map((one) => html`<th scope="col" class="${one.kind}">${one.title}</th>`);
  const cell = (column: Column<T>, item: T) => {
    const key = column.key(item);
    return html`<td class="${column.kind}"${key === undefined ? '' : html` data-key="${key}"`}>${column.content(item)}</td>`;
  };
  const line = (item: T) => {
    const id = anchor(item);
    return html`<tr${id === undefined ? '' : html` id="${id}"`}>${columns.map((column) => cell(column, item))}</tr>`;
  };
  return html`<div class="scroll"><table class="sortable"><thead><tr>${head}</tr></thead><tbody>
${items.map(line)}
</tbody></table></div>`;
}

/** The columns that name a row. */
export const nameColumns = <T>(row: (item: T) => Row): Column<T>[] => [
  name('Model', (item) => row(item).cell.model),
  figure(
    'Input',
    (item) => `${row(item).cell.size}×${row(item).cell.size}`,
    (item) => row(item).cell.size,
  ),
  name('Backend', (item) => row(item).cell.backend),
  name('Status', (item) => badge(row(item).status)),
];

export const caseColumn = <T>(row: (item: T) => Row): Column<T> => name('Cell', (item) => command(row(item).id));

/** All figures beside a plot. */
export const figures = (content: Markup): Markup =>
  html`<details><summary>All figures and cell ids</summary>${content}</details>`;

/** The content of a section without figures: that they are missing, and the query that measures them. */
export function empty(rows: readonly Row[], missing: string, query: string): Markup {
  const why =
    rows.length > 0
      ? html`None of the ${rows.length} planned cells has a result: see <a href="#problems">Failures</a>. `
      : '';
  return html`<p class="empty">${missing} not measured in this run. ${why}To measure it: <code class="copy">npm run bench -- ${query}</code></p>`;
}

/** Where a session's placement stands on the page. */
export const sessionAnchor = (table: Table, session: SessionRows): string => `session-${placeOf(table, session)}`;
/** Where a problem stands on the page. */
export const problemAnchor = (index: number): string => `problem-${index}`;
