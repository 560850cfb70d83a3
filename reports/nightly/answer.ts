import { grouped } from '../../reference/collect.ts';
import { isFailing, NIGHT_FAILING, type NightFinding } from '../../suites/nightly/judged.ts';
import type { NightReport } from '../../suites/nightly/report.ts';
import { count, NONE } from '../../suites/stats/format.ts';
import { cellLink } from '../html/kit/links.ts';
import { html, type Markup } from '../html/kit/markup.ts';
import { dataTable, figure, name, note, prose, roomy } from '../html/kit/parts.ts';
import { cellOf } from './cells.ts';
import { alarmsLine, headline, inOrder, judgedLine, nightLine, ratioOf, since } from './night-text.ts';
import { nightBadge } from './verdict.ts';

/** Lines that are shown at once. Where cells need more, those with one backend, night and cause share a line. */
const MOST = 8;

const line = (report: NightReport, one: NightFinding): Markup =>
  html`<li>${nightBadge(one.verdict)} ${cellLink(one.id, one.id)} ${[ratioOf(one), one.figures, one.detail].filter(Boolean).join(' · ')} <span class="soft">${since(report, one)}</span></li>`;

function groupLine(report: NightReport, members: readonly NightFinding[]): Markup {
  const [first] = members;
  if (first === undefined || members.length === 1) return html`${members.map((one) => line(report, one))}`;
  const ratios = members.flatMap(({ ratio }) => ratio ?? []);
  const range =
    ratios.length === 0
      ? [first.figures, first.detail].filter(Boolean).join(' · ')
      : `×${Math.min(...ratios).toFixed(2)} to ×${Math.max(...ratios).toFixed(2)}`;
  const links = members.slice(0, MOST).map(({ id }, i) => {
    const cell = cellOf(id);
    return html`${i > 0 ? ', ' : ''}${cellLink(id, cell ? `${cell.suite} ${cell.model}` : id)}`;
  });
  const more = members.length - MOST;
  return html`<li>${nightBadge(first.verdict)} <b>${count(members.length, 'cell')}</b> on ${cellOf(first.id)?.backend ?? 'unknown backends'}: ${range} <span class="soft">${since(report, first)}</span> <span class="small">(${links}${more > 0 ? ` and ${more} more` : ''})</span></li>`;
}

function lines(report: NightReport): Markup[] {
  const failing = inOrder(report).filter(({ verdict }) => NIGHT_FAILING.includes(verdict));
  if (failing.length <= MOST) return failing.map((one) => line(report, one));
  const groups = grouped(failing, ({ id, verdict, since: night, causes, ratio, figures, detail }) =>
    JSON.stringify([verdict, cellOf(id)?.backend, night, causes, ...(ratio === null ? [figures, detail] : [])]),
  );
  return [...groups.values()].map((members) => groupLine(report, members));
}

/** What got worse, since when and why, and what must be read before: what a reader sees first. */
export function nightHeader(report: NightReport): Markup {
  const all = lines(report);
  const [first, rest] = [all.slice(0, 2 * MOST), all.slice(2 * MOST)];
  const { notices } = report;
  const list = html`<ul>${notices.map((text) => html`<li>${text}</li>`)}</ul>`;
  return html`<header><h1>Nightly: ${headline(report)}</h1>
<p class="soft">${nightLine(report)}</p>
<div class="since${isFailing(report.judged) ? ' bad' : ''}">${
    all.length === 0
      ? html`<p><strong>${headline(report)}</strong></p>`
      : html`<ul>${first}${rest.length > 0 ? html`<li><a href="#reported">and ${rest.length} more</a></li>` : ''}</ul>`
  }<p>${judgedLine(report)}</p><p class="soft">${alarmsLine(report)}</p></div>
${notices.length === 0 ? '' : notices.length <= 2 ? note(list) : html`<details class="note"><summary>${count(notices.length, 'notice')} about this night</summary>${list}</details>`}
</header>`;
}

/** All that was reported, what got worse first; `all` is whether no filter is set. */
export function reportedPart(report: NightReport, all: boolean): Markup {
  const found = inOrder(report);
  if (found.length === 0)
    return html`<p class="empty">${all ? 'Nothing was reported of this night.' : 'Nothing was reported of these cells.'}</p>`;
  return html`<h2 id="reported">Reported</h2>${dataTable<NightFinding>(
    [
      name('Verdict', (one) => nightBadge(one.verdict)),
      name('Cell', (one) => html`<span class="id">${cellLink(one.id, one.id)}</span>`),
      figure(
        'Ratio',
        (one) => ratioOf(one) || NONE,
        (one) => one.ratio ?? undefined,
      ),
      name('Times or status', (one) => one.figures),
      prose('Since, and what changed then', (one) => roomy(since(report, one))),
      prose('Why', (one) => roomy(one.detail)),
    ],
    found,
  )}`;
}
