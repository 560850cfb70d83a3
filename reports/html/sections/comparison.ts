import { NONE } from '../../../suites/stats/format.ts';
import type { Change, Comparison } from '../../compare/compare.ts';
import { cautions, conclusion, method, ratioText, runText, totals } from '../../compare/comparison-text.ts';
import { html, type Markup } from '../kit/markup.ts';
import { command, dataTable, figure, name, note, prose } from '../kit/parts.ts';
import type { Section } from '../kit/section.ts';

const table = (changes: readonly Change[]): Markup =>
  dataTable<Change>(
    [
      name('Verdict', (one) => one.verdict),
      figure(
        'Head ÷ base',
        (one) => ratioText(one) || NONE,
        (one) => one.ratio?.ratio,
      ),
      name('Base → head', (one) => one.figures),
      prose('Why', (one) => one.detail),
      name('Cell', (one) => command(one.id)),
    ],
    changes,
  );

/** What changed since the baseline. */
function comparisonSection(comparison: Comparison): Markup {
  const notable = comparison.changes.filter(({ verdict }) => verdict !== 'same');
  const same = comparison.changes.filter(({ verdict }) => verdict === 'same');
  const notices = cautions(comparison);
  return html`<p><strong>${conclusion(comparison)}</strong> ${totals(comparison)}</p>
<dl class="facts"><dt>Base</dt><dd>${runText(comparison.base)}</dd><dt>Head</dt><dd>${runText(comparison.head)}</dd></dl>
${notices.length > 0 ? note(html`<ul>${notices.map((text) => html`<li>${text}</li>`)}</ul>`) : ''}
${notable.length > 0 ? table(notable) : ''}
${same.length > 0 ? html`<details><summary>${same.length} unchanged</summary>${table(same)}</details>` : ''}
<p class="small soft">${method(comparison)}</p>`;
}

export const comparison: Section = {
  id: 'comparison',
  title: 'Since the baseline',
  render: (_, comparison) => (comparison === undefined ? '' : comparisonSection(comparison)),
};
