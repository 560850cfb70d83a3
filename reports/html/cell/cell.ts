import { defectText, expectedDefect } from '../../../suites/plan/expectations.ts';
import type { Comparison } from '../../compare/compare.ts';
import { CRITERIA, scoresOf } from '../../table/criteria.ts';
import { firstWrongOf } from '../../table/first-wrong.ts';
import { sessionOfRow } from '../../table/lookup.ts';
import { labelOf, type Row, tableOf, timesOf } from '../../table/table.ts';
import { scoreText } from '../answer/score.ts';
import { cellLink } from '../kit/links.ts';
import { html, type Markup } from '../kit/markup.ts';
import { badge, folded, type Page } from '../kit/parts.ts';
import { placement } from '../sections/placement.ts';
import { SECTIONS } from '../sections.ts';
import { baseTimes, changePart, goneView } from './change.ts';
import { commandsOf } from './commands.ts';
import { depthPart } from './depth.ts';
import { everyFigure } from './figures.ts';
import { historyPart } from './history.ts';
import { samplesPart } from './samples.ts';
import { networkPart } from './strip.ts';

/** What was found out about a cell that is not ok: reasons, known defects, the first wrong layer. */
function reasonsPart(row: Row, { table }: Page): Markup {
  const { packages } = table.run.header.environment;
  const defect = row.status === 'wrong' || row.status === 'suspect' ? expectedDefect(row.cell, packages) : undefined;
  const first = firstWrongOf(table, row);
  return html`${row.reasons.map(
    ({ status, reason, fix }) =>
      html`<div class="why">${badge(status)} <strong>${folded(reason)}</strong></div>${fix === undefined ? '' : html`<p>Fix: ${fix}</p>`}`,
  )}${first === undefined ? '' : html`<p>${first.proven ? 'The first wrong layer, proven' : 'The first beyond its limit, in the order of the graph'}: <strong>${first.name}</strong>.</p>`}${defect === undefined ? '' : html`<p>A known defect: ${defectText(defect, row.cell.backend, packages)}.</p>`}`;
}

/** What decides for or against the backend, as far as this cell says. */
function scoresPart(row: Row): Markup {
  const scores = scoresOf(row);
  const lines = CRITERIA.flatMap(({ id, title, unit }) => {
    const score = scores.get(id);
    return score === undefined ? [] : [html`<dt>${title}</dt><dd><b>${scoreText(score)}</b>${unit && ` ${unit}`}</dd>`];
  });
  return lines.length === 0 ? html`` : html`<dl class="facts">${lines}</dl>`;
}

/** The cells that belong together with one: other suites of its session, and the same suite on other backends. */
function relatedPart(row: Row, { table }: Page): Markup {
  const session = sessionOfRow(table, row);
  const others = session?.rows.filter((one) => one !== row) ?? [];
  const label = labelOf(row.cell);
  const beside = table.rows.filter(
    (one) => one !== row && one.cell.suite === row.cell.suite && labelOf(one.cell) === label,
  );
  const list = (title: string, rows: readonly Row[], name: (one: Row) => string) =>
    rows.length === 0
      ? ''
      : html`<dt>${title}</dt><dd>${rows.map((one) => html`${cellLink(one.id, name(one))} ${badge(one.status)} `)}</dd>`;
  return html`<dl class="facts">${list('Other suites', others, ({ cell }) => cell.suite)}${list('Other backends', beside, ({ cell }) => cell.backend)}</dl>`;
}

/**
 * All that is known about a cell, in one place. `back` is the address of what was shown before. Where the run has no such
 * cell, that is said.
 */
export function cellView(page: Page, id: string, comparison: Comparison | undefined, back: string): Markup {
  const link = html`<p><a href="#${back}">← all cells</a></p>`;
  const row = page.table.rows.find((one) => one.id === id);
  const change = comparison?.changes.find((one) => one.id === id);
  if (row === undefined)
    return html`${link}<h2 tabindex="-1">${id}</h2><p class="empty">This run has no such cell.</p>${changePart(change, comparison)}${goneView(id, page)}`;
  const alone: Page = { ...page, table: tableOf(page.table.run, [row], []) };
  const own = SECTIONS.find((section) => section.id === row.cell.suite);
  const times = timesOf(row);
  return html`${link}<h2 tabindex="-1">${row.cell.suite} of ${labelOf(row.cell)} on ${row.cell.backend}</h2>
<p>${badge(row.status)} <code class="copy">${row.id}</code> <span class="soft">${row.rounds} ${row.rounds === 1 ? 'round' : 'rounds'}</span></p>
${reasonsPart(row, page)}${changePart(change, comparison)}
${scoresPart(row)}
<h3>To run it again</h3>${commandsOf(row)}
${networkPart(row)}${depthPart(row)}${times === undefined ? '' : samplesPart(row, times, baseTimes(change, page), page)}${historyPart(row, page)}
${[own, placement].map((section) => (section?.cell && section.has(alone, undefined) ? html`<h3>${section.title}</h3>${section.cell(alone)}` : ''))}
<h3>Beside it</h3>${relatedPart(row, page)}
${everyFigure(row)}`;
}
