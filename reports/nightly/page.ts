import type { LevelChange } from '../../suites/nightly/changes.ts';
import type { NightFinding } from '../../suites/nightly/judged.ts';
import type { NightReport } from '../../suites/nightly/report.ts';
import { parseCell } from '../../suites/plan/cell.ts';
import { NONE } from '../../suites/stats/format.ts';
import { html, type Markup } from '../html/kit/markup.ts';
import { pageText } from '../html/kit/page.ts';
import { command, dataTable, figure, name, note, prose, section } from '../html/kit/parts.ts';
import { backendColours, CSS, coloursText } from '../html/kit/theme.ts';
import { scriptText } from '../html/script.node.ts';
import { labelOf } from '../table/table.ts';
import { alarmsLine, dateOf, headline, inOrder, judgedLine, nightLine, ratioOf, since } from './night-text.ts';
import { trendChart, trendKey } from './trend.ts';

const findings = (report: NightReport): Markup =>
  dataTable<NightFinding>(
    [
      name('Verdict', (one) => one.verdict),
      figure(
        'Ratio',
        (one) => ratioOf(one) || NONE,
        (one) => one.ratio ?? undefined,
      ),
      name('Times or status', (one) => one.figures),
      prose('Why', (one) => one.detail),
      prose('Since', (one) => since(report, one)),
      name('Cell', (one) => command(one.id)),
    ],
    inOrder(report),
  );

const changeTable = (report: NightReport): Markup =>
  dataTable<LevelChange>(
    [
      name('First night', (one) => dateOf(report, one.night)),
      name('Last night before', (one) => dateOf(report, one.before)),
      figure(
        'New ÷ old',
        (one) => `×${one.ratio.toFixed(3)}`,
        (one) => one.ratio,
      ),
      prose('Changed between', (one) => one.causes.join(', ') || 'no version or commit'),
      name('Cell', (one) => command(one.id)),
    ],
    report.changes,
  );

/** The cell's network and suite, without its backend. */
function titleOf(id: string): { backend: string; title: string } {
  try {
    const cell = parseCell(id);
    return { backend: cell.backend, title: `${cell.backend} · ${labelOf(cell)} · ${cell.suite}` };
  } catch {
    return { backend: '', title: id };
  }
}

/** A plot for each timed cell: those with findings first. */
function trends(report: NightReport): Markup {
  const ids = [...report.trends.keys()].filter((id) => (report.trends.get(id)?.length ?? 0) > 0);
  const notable = new Set([...report.judged.found, ...report.changes].map(({ id }) => id));
  const { palette } = colours(report);
  const figures = (list: readonly string[]) =>
    html`<div class="panels">${list.map((id) => {
      const { backend, title } = titleOf(id);
      const changes = report.changes.filter((one) => one.id === id);
      return html`<figure><h3>${title}</h3>${trendChart(id, report.trends.get(id) ?? [], changes, palette(backend))}</figure>`;
    })}</div>`;
  const [first, rest] = [ids.filter((id) => notable.has(id)), ids.filter((id) => !notable.has(id))];
  return html`${first.length > 0 ? figures(first) : ''}${rest.length > 0 ? figures(rest) : ''}${trendKey()}`;
}

const colours = ({ trends: all }: NightReport) =>
  backendColours([...new Set([...all.keys()].map((id) => titleOf(id).backend))]);

/** The page of a night: one file that opens from disk. */
export function renderNightPage(report: NightReport): string {
  const css = CSS + coloursText(colours(report));
  const { notices } = report;
  const body = html`<h1>Nightly: ${headline(report)}</h1>
<p class="soft">${nightLine(report)}</p>
<main>
${notices.length > 0 ? note(html`<ul>${notices.map((text) => html`<li>${text}</li>`)}</ul>`) : ''}
${report.judged.found.length > 0 ? section({ id: 'found', title: 'Reported' }, findings(report)) : ''}
<p>${judgedLine(report)}</p>
<p class="soft">${alarmsLine(report)}</p>
${section({ id: 'trends', title: 'Trends' }, trends(report))}
${report.changes.length > 0 ? section({ id: 'changes', title: 'Change points' }, changeTable(report)) : ''}
</main>`;
  return pageText(`Nightly ${report.tonight.started.slice(0, 10)}`, css, body, scriptText('tables.ts'));
}
