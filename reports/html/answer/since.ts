import type { Change, Comparison } from '../../compare/compare.ts';
import { ratioText, totals } from '../../compare/comparison-text.ts';
import { conclude } from '../../compare/conclusion.ts';
import { cellLink } from '../kit/links.ts';
import { html, type Markup } from '../kit/markup.ts';

/** Failing cells that are named at once. */
const MOST = 6;

const line = (one: Change): Markup =>
  html`<li><b>${one.verdict}</b> ${cellLink(one.id, one.id)} ${ratioText(one) || one.figures}</li>`;

/** What regressed since the baseline, cell by cell. */
export function verdictOf(comparison: Comparison): Markup {
  const { regressed, text } = conclude(comparison);
  const { failOn } = comparison.rules;
  const failing = comparison.changes.filter(({ findings }) => findings.some(({ verdict }) => failOn.includes(verdict)));
  const more = failing.length - MOST;
  return html`<div class="since${regressed ? ' bad' : ''}"><p><strong>Since the baseline: ${text}</strong> <a href="#comparison">${totals(comparison)}</a></p>${
    failing.length === 0
      ? ''
      : html`<ul>${failing.slice(0, MOST).map(line)}${more > 0 ? html`<li><a href="#comparison">and ${more} more</a></li>` : ''}</ul>`
  }</div>`;
}
