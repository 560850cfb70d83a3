import { grouped } from '../../reference/collect.ts';
import type { NightReport } from '../../suites/nightly/report.ts';
import { count } from '../../suites/stats/format.ts';
import { cellLink } from '../html/kit/links.ts';
import { html, type Markup } from '../html/kit/markup.ts';
import type { Palette } from '../html/kit/theme.ts';
import { cellOf, type NightCell, titleOf } from './cells.ts';
import { acceptedTable, changeTable } from './lists.ts';
import { PANEL, trendChart, trendKey } from './trend.ts';

/** What the sections of a night's page are made of. */
export type NightPage = {
  readonly report: NightReport;
  /** The cells that are shown. */
  readonly cells: readonly NightCell[];
  readonly palette: Palette;
};

/** Trends that are drawn at once: more would make the page slow, and a filter finds the others. */
const MOST = 60;

const isDrawn =
  ({ report }: NightPage) =>
  ({ id }: NightCell): boolean =>
    (report.trends.get(id)?.length ?? 0) > 0;

/** The trends of some cells, each under its name, which leads to its view. */
function trends({ report, palette }: NightPage, cells: readonly NightCell[]): Markup {
  const shown = cells.slice(0, MOST);
  const more = cells.length - shown.length;
  return html`${trendKey(
    shown.map(({ id }) => id),
    report,
  )}<div class="panels">${shown.map(
    ({ id, cell }) =>
      html`<figure><h3>${cellLink(id, titleOf(id))}</h3><div class="scroll">${trendChart(id, report, { ...PANEL, colour: palette(cell?.backend ?? '') })}</div></figure>`,
  )}</div>${more > 0 ? html`<p class="empty">${count(more, 'more cell')}: filter by model, backend, suite or text to draw them.</p>` : ''}`;
}

/** A section that is closed at first: what it shows is made when it is opened. */
type Folded = { readonly id: string; readonly title: string; render(): Markup };

/** The model of a cell, by which cells without findings are folded. */
const modelOf = ({ cell }: NightCell): string => cell?.model ?? 'unknown';

/** The sections of a night that have something to show. */
function foldedOf(page: NightPage): Folded[] {
  const { report, cells } = page;
  const quiet = cells.filter((one) => !one.notable && isDrawn(page)(one));
  const models = [...grouped(quiet, modelOf)].map(
    ([model, members]): Folded => ({
      id: `trends-${encodeURIComponent(model)}`,
      title: `Without findings: ${model}, ${count(members.length, 'trend')}`,
      render: () => trends(page, members),
    }),
  );
  const { changes, accepted } = report;
  return [
    ...models,
    ...(changes.length > 0
      ? [{ id: 'changes', title: `Change points: ${changes.length}`, render: () => changeTable(report) }]
      : []),
    ...(accepted.length > 0
      ? [{ id: 'accepted', title: `Accepted changes: ${accepted.length}`, render: () => acceptedTable(report) }]
      : []),
  ];
}

/** The id of the element that a section's content goes into. */
export const nightBody = (id: string): string => `body-${id}`;

const details = ({ id, title }: Folded, open: ReadonlySet<string>): Markup =>
  html`<details class="view" id="${id}"${open.has(id) ? html` open` : ''}><summary><h2>${title}</h2></summary><div id="${nightBody(id)}"></div></details>`;

/** What has no line of its own, in a line. */
function nothingLine({ report, cells }: NightPage): Markup {
  const timed = cells.some(({ id }) => report.trends.has(id));
  const none = [
    ...(timed ? [] : ['timed cells']),
    ...(report.changes.length > 0 ? [] : ['change points']),
    ...(report.accepted.length > 0 ? [] : ['accepted changes']),
  ];
  return none.length === 0
    ? html``
    : html`<p class="small soft">There are no ${none.join(' and no ')} of these cells.</p>`;
}

/** The trends with findings, drawn; all else folded; and a line for what is empty. */
export function nightSections(page: NightPage, open: ReadonlySet<string>): Markup {
  const notable = page.cells.filter((one) => one.notable && isDrawn(page)(one));
  const folded = foldedOf(page);
  return html`${notable.length > 0 ? html`<h2 id="trends">Trends with findings</h2>${trends(page, notable)}` : ''}
${folded.map((one) => details(one, open))}
${nothingLine(page)}`;
}

/** What a section shows when it is opened. */
export const nightSection = (page: NightPage, id: string): Markup =>
  html`${foldedOf(page)
    .find((one) => one.id === id)
    ?.render()}`;

/** What a cell's backend is drawn in. */
export const colourOf = (palette: Palette, id: string): string => palette(cellOf(id)?.backend ?? '');
