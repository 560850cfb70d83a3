import { beyondTolerance, isOverNone } from '../../../reference/judge/verdict.ts';
import { defectText, expectedDefect } from '../../../suites/plan/expectations.ts';
import { count, ratio, scientific } from '../../../suites/stats/format.ts';
import { type Cause, causesOf } from '../../table/causes.ts';
import { firstBeyond, firstWrongOf, isLocatable } from '../../table/first-wrong.ts';
import { hasCells, type Row, told } from '../../table/table.ts';
import { cellLink } from '../kit/links.ts';
import { html, type Markup } from '../kit/markup.ts';
import { badge, command, folded, type Page, problemAnchor } from '../kit/parts.ts';

/** More cells than `OPEN` fold away, and so many of a reason are listed. */
const [OPEN, MOST] = [3, 40];

/** For a wrong or suspect output, the tolerances that would have passed at the first tensor beyond its limit. */
function tolerance(row: Row): Markup | string {
  const isOutput = told(row, (suite) => suite.logits !== undefined);
  const worst = isOutput ? firstBeyond(row)?.check : undefined;
  if ((row.status !== 'wrong' && row.status !== 'suspect') || worst === undefined) return '';
  if (beyondTolerance(worst) > 0)
    return html` <span class="soft">no tolerance passes: ${count(beyondTolerance(worst), 'value')} wrongly NaN or infinite, or finite where it should not be</span>`;
  return html` <span class="soft">${worst.tensor} would have passed with an absolute tolerance of ${scientific(worst.error)}, one of ${scientific(worst.relative)} of its largest value, or an atol of ${scientific(worst.atol)} with an rtol of 1e-5${isOverNone(worst) ? '' : `, or ${ratio(worst.ratio)}× the bound`}</span>`;
}

/** The known defects that make cells of a problem wrong, in the versions of this run. */
function knownTexts({ status, rows }: Cause, packages: Page['table']['run']['header']['environment']['packages']) {
  const texts = rows.flatMap(({ cell }) => {
    const defect = status === 'wrong' || status === 'suspect' ? expectedDefect(cell, packages) : undefined;
    return defect === undefined ? [] : [defectText(defect, cell.backend, packages)];
  });
  return [...new Set(texts)];
}

/** What to type: to name the first wrong layer where there is one, and to run the cell again. */
const commandOf = (row: Row): Markup =>
  isLocatable(row) ? html`<code class="copy">npm run locate -- ${row.id}</code> ${command(row.id)}` : command(row.id);

const backendsOf = (rows: readonly Row[]): string => [...new Set(rows.map((row) => row.cell.backend))].join(', ');

/** The first wrong layers or tensors of a problem's cells, each once, where no reason names them. */
function firstWrongText({ rows, texts }: Cause, { table }: Page): Markup | string {
  const isNamed = (name: string) => texts.some(({ text }) => text.includes(name));
  const found = rows.flatMap((row) => firstWrongOf(table, row) ?? []).filter(({ name }) => !isNamed(name));
  const list = (title: string, names: readonly string[]) =>
    names.length === 0
      ? ''
      : html`<p>${title}: ${[...new Set(names)].map((name, i) => html`${i > 0 ? ', ' : ''}<b>${name}</b>`)}</p>`;
  const namesOf = (isProven: boolean) => found.filter(({ proven }) => proven === isProven).map(({ name }) => name);
  return html`${list('First wrong layer, proven', namesOf(true))}${list('First beyond its limit', namesOf(false))}`;
}

function one(problem: Cause, index: number, page: Page): Markup {
  const known = knownTexts(problem, page.table.run.header.environment.packages);
  const { rows } = problem;
  const list = html`<ul>${rows.slice(0, MOST).map((row) => html`<li>${cellLink(row.id, 'cell')} ${commandOf(row)}${tolerance(row)}</li>`)}${rows.length > MOST ? html`<li>and ${rows.length - MOST} more: filter by status or text to list them</li>` : ''}</ul>`;
  const several = problem.texts.length > 1;
  return html`<div class="problem" id="${problemAnchor(index)}">
${problem.texts.map(({ text, rows }) => html`<div class="why">${badge(problem.status)} <strong>${folded(text)}</strong>${several ? html` <span class="small soft">${backendsOf(rows)}</span>` : ''}</div>\n`)}
${firstWrongText(problem, page)}
${problem.fix === undefined ? '' : html`<p>Fix: ${problem.fix}</p>`}
${known.map((text) => html`<p>A known defect: ${text}.</p>`)}
<p class="small soft">${count(rows.length, 'cell')}, on ${backendsOf(rows)}</p>
${rows.length > OPEN ? html`<details><summary>The cells and their commands</summary>${list}</details>` : list}
</div>`;
}

/** Every cell that is not ok, by cause, the worst first. */
export function problemsPart(page: Page): Markup {
  const { table } = page;
  const problems = causesOf(table);
  const body =
    problems.length > 0
      ? problems.map((problem, i) => one(problem, i, page))
      : html`<p class="empty">${table.rows.length > 0 ? 'All cells are ok.' : hasCells(table) ? 'No cell of this run is shown.' : 'No cells were planned.'}</p>`;
  return html`<h2 id="problems">What is not ok</h2>${body}`;
}
