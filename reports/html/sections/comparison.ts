import type { ChangeVerdict } from '../../../suites/contract/change.ts';
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
import { mainRatio } from '../../compare/main-ratio.ts';
import { VERDICTS } from '../../compare/verdicts.ts';
import { type ForestRow, type ForestScale, forestHead, forestMark, forestScale } from '../kit/forest.ts';
import { cellLink } from '../kit/links.ts';
import { html, type Markup } from '../kit/markup.ts';
import { type Column, dataTable, figure, name, note, prose } from '../kit/parts.ts';
import type { Section } from '../kit/section.ts';
import { verdictBadge } from '../kit/verdict.ts';

/** Cells of a table: more would make the page slow, and a filter finds the others. */
const MOST = 500;

/** What decides a cell, and what else was found in the same cell. */
const figuresOf = (one: Change): string =>
  shownFindings(one)
    .map((found) => {
      const [ratio, figures] = findingTexts(found);
      return found.metric === one.metric ? figures : `${found.verdict}: ${[ratio, figures].filter(Boolean).join(' ')}`;
    })
    .join('; ');

/** How ratios are drawn: all tables of the section share an axis. */
type Drawing = { readonly scale: ForestScale; readonly failing: readonly ChangeVerdict[] };

const forestColumn = <T>(scale: ForestScale, pick: (item: T) => ForestRow | undefined): Column<T> =>
  name(forestHead(scale), (item) => {
    const found = pick(item);
    return found === undefined ? '' : forestMark(found, scale);
  });

const ratioColumns = (scale: ForestScale): Column<Change>[] => [
  forestColumn(scale, mainRatio),
  figure(
    'Head ÷ base',
    (one) => ratioText(one) || NONE,
    (one) => one.ratio?.ratio,
  ),
];

const table = (changes: readonly Change[], { scale, failing }: Drawing): Markup =>
  html`${dataTable<Change>(
    [
      name('Verdict', (one) => (one.unchanged === undefined ? verdictBadge(one.verdict, failing) : one.unchanged)),
      name('Cell', (one) => html`<span class="id">${cellLink(one.id, one.id)}</span>`),
      ...(changes.some((one) => one.ratio !== undefined) ? ratioColumns(scale) : []),
      prose('Base → head', (one) => figuresOf(one) || one.figures),
      prose('Why', (one) => one.detail),
    ],
    changes.slice(0, MOST),
  )}${changes.length > MOST ? html`<p class="empty">${count(changes.length - MOST, 'more cell')}: filter by model, backend or text to see them.</p>` : ''}`;

const backendTable = (backends: readonly BackendChange[], { scale, failing }: Drawing): Markup =>
  dataTable<BackendChange>(
    [
      name('Verdict', (one) => verdictBadge(one.verdict, failing)),
      name('Backend', (one) => one.backend),
      name('Time', (one) => metricText(one.metric)),
      forestColumn<BackendChange>(scale, ({ ratio, threshold }) => ({ ...ratio, threshold })),
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
    ],
    [...backends].sort((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict)),
  );

const folded = (summary: string, changes: readonly Change[], drawing: Drawing): Markup =>
  changes.length === 0 ? html`` : html`<details><summary>${summary}</summary>${table(changes, drawing)}</details>`;

/** What changed since the baseline: notable cells first, then backends. Cells that are unsure or the same are folded. */
function comparisonSection(comparison: Comparison): Markup {
  const { changes, backends, rules } = comparison;
  const of = (test: (verdict: ChangeVerdict) => boolean) => changes.filter(({ verdict }) => test(verdict));
  const [unsure, same] = [of((one) => one === 'unsure'), of((one) => one === 'same')];
  const notable = of((one) => one !== 'unsure' && one !== 'same');
  const means = backends.map(({ ratio, threshold }) => ({ ...ratio, threshold }));
  const scale = forestScale([...changes.flatMap((one) => mainRatio(one) ?? []), ...means]);
  const drawing: Drawing = { scale, failing: rules.failOn };
  const notices = cautions(comparison);
  return html`<p><strong>${conclude(comparison).text}</strong> ${totals(comparison)}</p>
<dl class="facts"><dt>Base</dt><dd>${runText(comparison.base)}</dd><dt>Head</dt><dd>${runText(comparison.head)}</dd></dl>
${notices.length > 0 ? note(html`<ul>${notices.map((text) => html`<li>${text}</li>`)}</ul>`) : ''}
${notable.length > 0 ? table(notable, drawing) : html`<p class="empty">Nothing changed that can be told from noise.</p>`}
${backends.length > 0 ? html`<h3>Backends</h3>${backendTable(backends, drawing)}` : ''}
${folded(`${count(unsure.length, 'cell')} unsure: neither the same nor different`, unsure, drawing)}
${folded(`${count(same.length, 'cell')} unchanged`, same, drawing)}
<p class="small soft">Drawn: the ratio with its interval; the shaded band holds differences that do not matter; an arrow leads beyond the axis. ${method(comparison)}</p>`;
}

export const comparison: Section = {
  id: 'comparison',
  title: 'Since the baseline',
  has: (_, comparison) => comparison !== undefined,
  render: (_, comparison) => (comparison === undefined ? '' : comparisonSection(comparison)),
};
