import { count, NONE } from '../../../suites/stats/format.ts';
import type { BackendChange } from '../../compare/backends.ts';
import type { Change, Comparison } from '../../compare/compare.ts';
import {
  cautions,
  findingTexts,
  method,
  metricText,
  ratioText,
  runText,
  shownFindings,
  totals,
} from '../../compare/comparison-text.ts';
import { conclude } from '../../compare/conclusion.ts';
import { html, type Markup } from '../kit/markup.ts';
import { command, dataTable, figure, name, note, prose } from '../kit/parts.ts';
import type { Section } from '../kit/section.ts';

/** What decides a cell, and what else was found in the same cell. */
const figuresOf = (one: Change): string =>
  shownFindings(one)
    .map((found) => {
      const [ratio, figures] = findingTexts(found);
      return found.metric === one.metric ? figures : `${found.verdict}: ${[ratio, figures].filter(Boolean).join(' ')}`;
    })
    .join('; ');

const table = (changes: readonly Change[]): Markup =>
  dataTable<Change>(
    [
      name('Verdict', (one) => one.unchanged ?? one.verdict),
      figure(
        'Head ÷ base',
        (one) => ratioText(one) || NONE,
        (one) => one.ratio?.ratio,
      ),
      prose('Base → head', (one) => figuresOf(one) || one.figures),
      prose('Why', (one) => one.detail),
      name('Cell', (one) => command(one.id)),
    ],
    changes,
  );

const backendTable = (backends: readonly BackendChange[]): Markup =>
  dataTable<BackendChange>(
    [
      name('Backend', (one) => one.backend),
      name('Time', (one) => metricText(one.metric)),
      figure(
        'Head ÷ base, geometric mean',
        (one) => ratioText(one),
        (one) => one.ratio.ratio,
      ),
      figure(
        'Cells',
        (one) => count(one.cells, 'cell'),
        (one) => one.cells,
      ),
      name('Verdict', (one) => one.verdict),
    ],
    backends,
  );

/** What changed since the baseline. */
function comparisonSection(comparison: Comparison): Markup {
  const notable = comparison.changes.filter(({ verdict }) => verdict !== 'same');
  const same = comparison.changes.filter(({ verdict }) => verdict === 'same');
  const notices = cautions(comparison);
  return html`<p><strong>${conclude(comparison).text}</strong> ${totals(comparison)}</p>
<dl class="facts"><dt>Base</dt><dd>${runText(comparison.base)}</dd><dt>Head</dt><dd>${runText(comparison.head)}</dd></dl>
${notices.length > 0 ? note(html`<ul>${notices.map((text) => html`<li>${text}</li>`)}</ul>`) : ''}
${notable.length > 0 ? table(notable) : ''}
${comparison.backends.length > 0 ? html`<h3>Backends</h3>${backendTable(comparison.backends)}` : ''}
${same.length > 0 ? html`<details><summary>${same.length} unchanged</summary>${table(same)}</details>` : ''}
<p class="small soft">${method(comparison)}</p>`;
}

export const comparison: Section = {
  id: 'comparison',
  title: 'Since the baseline',
  has: (_, comparison) => comparison !== undefined,
  render: (_, comparison) => (comparison === undefined ? '' : comparisonSection(comparison)),
};
