import { NONE } from '../../../suites/stats/format.ts';
import type { Interval } from '../../../suites/stats/quantiles.ts';
import type { CellHistory } from '../../nightly/cells.ts';
import type { RowStatus } from '../../table/status.ts';
import { labelOf, type Row, type Table } from '../../table/table.ts';
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

/** Whether a cell of a table shows nothing. */
const isBlank = (markup: string): boolean => markup === '' || markup === NONE;

/** Which columns have something to show for any of the items, and what they show: by column, then by item. */
function filled<T>(columns: readonly Column<T>[], items: readonly T[]) {
  const all = columns.map((column) => ({ column, shown: items.map((item) => html`${column.content(item)}`) }));
  const kept = all.filter(({ shown }) => items.length === 0 || shown.some(({ markup }) => !isBlank(markup)));
  const titles = ({ column }: (typeof all)[number]) => html`${column.title}`.markup;
  const known = new Set(kept.map(titles));
  return { kept, blank: all.filter((one) => !known.has(titles(one))).map(({ column }) => column.title) };
}

/**
 * A table that scrolls in a box of its own where it is too wide or too tall, with its headings and the names of its lines
 * in sight, and sorts where JavaScript runs. Columns without a figure in any line are named below it.
 */
export function dataTable<T>(columns: readonly Column<T>[], items: readonly T[]): Markup {
  const { kept, blank } = filled(columns, items);
  const head = kept.map(({ column: { kind, title } }) => html`<th scope="col" class="${kind}">${title}</th>`);
  const cell = ({ column, shown }: (typeof kept)[number], i: number, place: number) => {
    const key = column.key(items[i] as T);
    const data = key === undefined ? '' : html` data-key="${key}"`;
    const content = column.kind === 'name' ? html`<div class="nm">${shown[i]}</div>` : shown[i];
    return place === 0 && column.kind === 'name'
      ? html`<th scope="row" class="name"${data}>${content}</th>`
      : html`<td class="${column.kind}"${data}>${content}</td>`;
  };
  const lines = items.map((_, i) => html`<tr>${kept.map((one, place) => cell(one, i, place))}</tr>\n`);
  return html`<div class="scroll"><table class="sortable"><thead><tr>${head}</tr></thead><tbody>
${lines}</tbody></table></div>${blank.length === 0 ? '' : html`<p class="small soft">Without a figure in any line: ${blank.map((title, i) => html`${i > 0 ? ', ' : ''}${title}`)}.</p>`}`;
}

/** What columns show of one item, in a list. */
export function facts<T>(columns: readonly Column<T>[], item: T): Markup {
  const { kept } = filled(columns, [item]);
  return html`<dl class="facts">${kept.map(({ column, shown }) => html`<dt>${column.title}</dt><dd>${shown}</dd>`)}</dl>`;
}

/** A text of some length, which ends early and goes on in a part that opens. */
export function folded(text: string): Markup {
  const letters = [...text];
  if (letters.length <= LONG) return html`${text}`;
  return html`${letters.slice(0, LONG).join('')}… <details><summary>All ${letters.length} characters</summary>${text}</details>`;
}
const LONG = 600;

/** The columns that name a row: the backend with its network, and the status. */
export const nameColumns = <T>(row: (item: T) => Row): Column<T>[] => [
  name('Backend and network', (item) => {
    const { cell } = row(item);
    return html`${cell.backend} <span class="soft of">${labelOf(cell)}</span>`;
  }),
  name('Status', (item) => badge(row(item).status)),
];

export const caseColumn = <T>(row: (item: T) => Row): Column<T> => name('Cell', (item) => command(row(item).id));

/** The figures of rows: as a table of all, or of one cell as a list. */
export type Sheet = { table(): Markup; facts(): Markup };

/** Lines with the row that each is of, and what is told of them. */
export const sheet = <T>(row: (line: T) => Row, columns: readonly Column<T>[], lines: readonly T[]): Sheet => ({
  table: () => dataTable([...nameColumns(row), ...columns, caseColumn(row)], lines),
  facts: () => (lines.length === 1 ? facts(columns, lines[0] as T) : dataTable(columns, lines)),
});

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

/** Where a problem stands on the page. */
export const problemAnchor = (index: number): string => `problem-${index}`;
