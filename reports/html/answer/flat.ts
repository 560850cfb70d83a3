import { SUITES } from '../../../suites/suites.ts';
import { CRITERIA, scoresOf } from '../../table/criteria.ts';
import type { Row, Table } from '../../table/table.ts';
import { cellAnchor } from '../kit/links.ts';
import { html, type Markup } from '../kit/markup.ts';

/** `warm latency 18.7 ms`, for each criterion that the cell has. */
const figures = (row: Row): Markup[] => {
  const scores = scoresOf(row);
  return CRITERIA.flatMap(({ id, title, unit }) => {
    const score = scores.get(id);
    return score === undefined ? [] : [html`${title.toLowerCase()} ${score.text}${unit && ` ${unit}`}; `];
  });
};

/** More lines than this have no anchors, which would be a third of the page. */
const ANCHORED = 2000;

/** Every cell in a line: what a page shows where no script runs. */
export function flatTable({ rows }: Table): Markup {
  if (rows.length === 0) return html``;
  const lines = rows.map(
    (row) =>
      html`<tr${rows.length > ANCHORED ? '' : html` id="${cellAnchor(row.id)}"`}><td>${row.id}<td>${row.status}<td>${figures(row)}${row.reasons.map(({ reason }) => reason).join('; ')}\n`,
  );
  return html`<h2>Every cell</h2><p>What each suite asks:</p><ul>${SUITES.map(({ id, question }) => html`<li>${id}: ${question}</li>`)}</ul>
<div class="scroll"><table><thead><tr><th>Cell<th>Status<th>Figures, or why there are none</thead><tbody>
${lines}</tbody></table></div>`;
}
