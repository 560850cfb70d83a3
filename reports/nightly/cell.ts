import { NIGHT_FAILING } from '../../suites/nightly/judged.ts';
import type { NightReport, TrendPoint } from '../../suites/nightly/report.ts';
import { number } from '../../suites/stats/format.ts';
import { cellAnchor } from '../html/kit/links.ts';
import { html, type Markup } from '../html/kit/markup.ts';
import { amount, dataTable, name, prose } from '../html/kit/parts.ts';
import { type NightCell, titleOf } from './cells.ts';
import { changeLine, dateOf, ratioOf, since } from './night-text.ts';
import { colourOf, type NightPage } from './sections.ts';
import { ALONE, trendChart, trendKey } from './trend.ts';
import { nightBadge } from './verdict.ts';

/** Nights that the table lists, the latest first. */
const LISTED = 60;

function foundPart(report: NightReport, { found }: NightCell): Markup {
  if (found === undefined) return html`<p>Nothing was reported of it tonight.</p>`;
  const texts = [ratioOf(found), found.figures, found.detail].filter(Boolean).join(' · ');
  return html`<p>${nightBadge(found.verdict)} <strong>${texts}</strong></p><p>${since(report, found)}</p>`;
}

const line = (meaning: string, command: string): Markup =>
  html`<dt>${meaning}</dt><dd><code class="copy">${command}</code></dd>`;

function commands({ id, found }: NightCell): Markup {
  const failing = found !== undefined && NIGHT_FAILING.includes(found.verdict);
  return html`<dl class="facts">${line('Measure it', `npm run bench -- ${id}`)}${
    failing ? line('Accept it as known', `npm run nightly -- accept ${id} --history FOLDER --reason "…"`) : ''
  }</dl>`;
}

function nightsTable(points: readonly TrendPoint[]): Markup {
  const shown = points.slice(-LISTED).reverse();
  return html`<details><summary>The last ${shown.length} of ${points.length} nights</summary>${dataTable<TrendPoint>(
    [
      name('Night', ({ date }) => date),
      amount('Measured (ms)', ({ ms }) => ms, number),
      amount('Without what all cells share (ms)', ({ level }) => level, number),
      name('Looked', ({ mark }) => mark ?? ''),
      prose('Where', ({ segment }) => segment),
    ],
    shown,
  )}</details>`;
}

/**
 * A cell over the nights: what was reported, its trend, and what happened to it. `back` is the address of what was shown
 * before; `runPage` that of the page of tonight's run, '' where it is not known.
 */
export function nightCellView(page: NightPage, id: string, back: string, runPage: string): Markup {
  const { report, palette } = page;
  const one = page.cells.find((cell) => cell.id === id);
  const link = html`<p><a href="#${back}">← all cells</a></p><h2 tabindex="-1">${titleOf(id)}</h2>`;
  if (one === undefined) return html`${link}<p class="empty">This history has no such cell.</p>`;
  const tonight = report.tonight.cells[id];
  const points = report.trends.get(id) ?? [];
  const changes = report.changes.filter((change) => change.id === id);
  const accepted = report.accepted.filter((change) => change.id === id);
  const events = [
    ...changes.map((change) => html`<li>Change point: ${changeLine(report, change)}</li>`),
    ...accepted.map(
      ({ since: night, at, status, reason }) =>
        html`<li>Accepted on ${at.slice(0, 10)}: ${status ?? 'its time'} since ${dateOf(report, night)}: ${reason}</li>`,
    ),
  ];
  return html`${link}<p><code class="copy">${id}</code> <span class="soft">${tonight === undefined ? 'not run tonight' : `tonight: ${[tonight.status, tonight.reason].filter(Boolean).join(': ')}`}</span></p>
${foundPart(report, one)}
${points.length > 0 ? html`${trendKey([id], report)}<figure class="wide"><div class="scroll">${trendChart(id, report, { ...ALONE, colour: colourOf(palette, id) })}</div></figure>` : html`<p class="empty">It was not timed in any night, so there is no trend.</p>`}
${events.length > 0 ? html`<ul>${events}</ul>` : ''}
<h3>To run it again</h3>${commands(one)}
${runPage === '' || tonight === undefined ? '' : html`<p><a href="${runPage}#${cellAnchor(id)}">Its samples, placement and figures in the page of this night’s run</a></p>`}
${points.length > 0 ? nightsTable(points) : ''}`;
}
