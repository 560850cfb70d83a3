import { NONE } from '../../../suites/stats/format.ts';
import type { Change, Comparison } from '../../compare/compare.ts';
import { mainRatio } from '../../compare/main-ratio.ts';
import { html, type Markup } from '../kit/markup.ts';
import { verdictBadge } from '../kit/verdict.ts';

const lookups = new WeakMap<Comparison, ReadonlyMap<string, Change>>();

/** A comparison's changes by the ids of their cells. */
function changesById(comparison: Comparison): ReadonlyMap<string, Change> {
  const known = lookups.get(comparison);
  if (known !== undefined) return known;
  const made = new Map(comparison.changes.map((one) => [one.id, one] as const));
  lookups.set(comparison, made);
  return made;
}

/** The heading of the column that says what times are since the baseline run; none where there is no such run. */
export const sinceHead = (comparison: Comparison | undefined): Markup =>
  comparison === undefined ? html`` : html`<th scope="col" class="n">Since baseline run</th>`;

/** `×1.04 (0.99–1.08) same`: the ratio of a cell's main time to the baseline's, and the verdict. Without times, the verdict alone. */
export function sinceCell(id: string | undefined, comparison: Comparison | undefined): Markup {
  if (comparison === undefined) return html``;
  const change = id === undefined ? undefined : changesById(comparison).get(id);
  if (change === undefined) return html`<td class="n to-base">${NONE}</td>`;
  const main = mainRatio(change);
  const { failOn } = comparison.rules;
  if (main === undefined) return html`<td class="n to-base">${verdictBadge(change.verdict, failOn)}</td>`;
  const [low, high] = main.interval.map((end) => end.toFixed(2));
  return html`<td class="n to-base">×${main.ratio.toFixed(2)} <span class="soft iv">(${low}–${high})</span> ${verdictBadge(main.verdict, failOn)}</td>`;
}
