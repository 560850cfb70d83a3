import { grouped } from '../../../reference/collect.ts';
import type { RowStatus } from '../../table/status.ts';
import { labelOf, type Row } from '../../table/table.ts';
import { html, type Markup } from './markup.ts';
import { badge } from './parts.ts';

/** What a backend says of itself, whatever the network. */
const EVERYWHERE: readonly RowStatus[] = ['unsupported'];

const namesOf = (rows: readonly Row[]): string => [...new Set(rows.map(({ cell }) => cell.backend))].join(', ');

/** `∅ unsupported a, b; ✗ crash c`, in a line with the place of their reasons; nothing where there are none. */
function line(rows: readonly Row[], names: (rows: readonly Row[]) => string): Markup {
  if (rows.length === 0) return html``;
  const texts = [...grouped(rows, ({ status }) => status)].map(
    ([status, list], i) => html`${i > 0 ? ';' : ''} ${badge(status)} ${names(list)}`,
  );
  return html`<p class="small soft without">Without figures:${texts}. <a href="#problems">Why, and what would help</a></p>`;
}

/** Backends that have no figure of one network, for reasons of this network. */
export const withoutHere = (rows: readonly Row[]): Markup =>
  line(
    rows.filter(({ status }) => !EVERYWHERE.includes(status)),
    namesOf,
  );

/** Of all planned rows of a suite, those that no plot can say more of: backends, and networks without any figure. */
export function withoutAnywhere(rows: readonly Row[]): Markup {
  const able = new Set(rows.filter(({ measure }) => measure !== undefined).map(({ cell }) => labelOf(cell)));
  const missing = rows.filter(({ measure }) => measure === undefined);
  const backends = line(
    missing.filter(({ status, cell }) => EVERYWHERE.includes(status) && able.has(labelOf(cell))),
    namesOf,
  );
  const networks = [...new Set(missing.map(({ cell }) => labelOf(cell)))].filter((label) => !able.has(label));
  if (networks.length === 0) return backends;
  return html`${backends}<p class="small soft without">No backend has a figure of ${networks.slice(0, MOST).join(', ')}${networks.length > MOST ? ` and ${networks.length - MOST} more` : ''}. <a href="#problems">Why, and what would help</a></p>`;
}
const MOST = 10;
