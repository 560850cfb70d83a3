import { count } from '../../../suites/stats/format.ts';
import { computes, type Row, told } from '../../table/table.ts';
import { html, type Markup } from '../kit/markup.ts';

/** Every figure of a cell under its name in the CSV, which carries the unit. */
export function everyFigure(row: Row): Markup {
  const facts = { model: row.cell.model, batch: row.cell.batch, computes: computes(row) };
  const figures =
    told(row, (suite, own) => suite.columns.map(({ name, value }) => [name, value(own, facts)] as const)) ?? [];
  const known = figures.filter(([, value]) => value !== undefined && value !== null && value !== '');
  if (known.length === 0) return html``;
  return html`<details><summary>${count(known.length, 'figure')}, by their names in the CSV</summary><dl class="facts">${known.map(([name, value]) => html`<dt><code>${name}</code></dt><dd>${String(typeof value === 'number' ? Number(value.toPrecision(6)) : value)}</dd>`)}</dl></details>`;
}
