import { beyondTolerance, isOverNone } from '../../../reference/judge/verdict.ts';
import { defectText, expectedDefect } from '../../../suites/plan/expectations.ts';
import { count, ratio, scientific } from '../../../suites/stats/format.ts';
import { findSuite } from '../../../suites/suites.ts';
import { type Problem, problemsOf, type Row, told } from '../../table/table.ts';
import { cellLink } from '../kit/links.ts';
import { html, type Markup } from '../kit/markup.ts';
import { badge, command, type Page, problemAnchor } from '../kit/parts.ts';

/** More cells than `OPEN` fold away, and so many of a reason are listed. */
const [OPEN, MOST] = [3, 40];

/** For a wrong or suspect result, the tolerances that would have passed. */
function tolerance(row: Row): Markup | string {
  const worst = told(row, (suite, figures) => (suite.logits ? suite.decisive?.(figures) : undefined));
  if ((row.status !== 'wrong' && row.status !== 'suspect') || worst === undefined) return '';
  if (beyondTolerance(worst) > 0)
    return html` <span class="soft">no tolerance passes: ${count(beyondTolerance(worst), 'value')} wrongly NaN or infinite, or finite where it should not be</span>`;
  return html` <span class="soft">${worst.tensor} would have passed with an absolute tolerance of ${scientific(worst.error)}, one of ${scientific(worst.relative)} of its largest value, or an atol of ${scientific(worst.atol)} with an rtol of 1e-5${isOverNone(worst) ? '' : `, or ${ratio(worst.ratio)}× the bound`}</span>`;
}

/** The known defects that make cells of a problem wrong, in the versions of this run. */
function knownTexts({ status, rows }: Problem, packages: Page['table']['run']['header']['environment']['packages']) {
  const texts = rows.flatMap(({ cell }) => {
    const defect = status === 'wrong' || status === 'suspect' ? expectedDefect(cell, packages) : undefined;
    return defect === undefined ? [] : [defectText(defect, cell.backend, packages)];
  });
  return [...new Set(texts)];
}

/** What to type: to name the first wrong layer where there is one, and to run the cell again. */
const commandOf = ({ id, cell, status }: Row): Markup =>
  (status === 'wrong' || status === 'suspect') && findSuite(cell.suite)?.of !== 'kernels'
    ? html`<code class="copy">npm run locate -- ${id}</code> ${command(id)}`
    : command(id);

function one(problem: Problem, index: number, known: readonly string[]): Markup {
  const { rows } = problem;
  const list = html`<ul>${rows.slice(0, MOST).map((row) => html`<li>${cellLink(row.id, 'cell')} ${commandOf(row)}${tolerance(row)}</li>`)}${rows.length > MOST ? html`<li>and ${rows.length - MOST} more: filter by status or text to list them</li>` : ''}</ul>`;
  const backends = [...new Set(rows.map((row) => row.cell.backend))].join(', ');
  return html`<div class="problem" id="${problemAnchor(index)}">
<p>${badge(problem.status)} <strong>${problem.reason}</strong></p>
${problem.fix === undefined ? '' : html`<p>Fix: ${problem.fix}</p>`}
${known.map((text) => html`<p>A known defect: ${text}.</p>`)}
<p class="small soft">${count(rows.length, 'cell')}, on ${backends}</p>
${rows.length > OPEN ? html`<details><summary>The cells and their commands</summary>${list}</details>` : list}
</div>`;
}

/** Every cell that is not ok, by reason, the worst first. */
export function problemsPart({ table }: Page): Markup {
  const problems = problemsOf(table);
  const { packages } = table.run.header.environment;
  const body =
    problems.length > 0
      ? problems.map((problem, i) => one(problem, i, knownTexts(problem, packages)))
      : html`<p class="empty">${table.rows.length > 0 ? 'All cells are ok.' : 'No cells were planned.'}</p>`;
  return html`<h2 id="problems">What is not ok</h2>${body}`;
}
