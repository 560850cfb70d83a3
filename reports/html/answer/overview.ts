import { choicesOf } from '../../table/decision.ts';
import { hasCells } from '../../table/table.ts';
import { html, type Markup } from '../kit/markup.ts';
import type { Page } from '../kit/parts.ts';
import { fastestTable } from './fastest.ts';
import { browserOf } from './header.ts';
import { problemsPart } from './problems.ts';
import { type RankingOptions, rankings } from './ranking.ts';
import { scatters } from './scatter.ts';

/** The fastest right backend of each network: what the first screen answers. */
export const answerPart = (page: Page): Markup =>
  page.table.rows.length > 0
    ? fastestTable(choicesOf(page.table), page, browserOf(page.table.run))
    : hasCells(page.table)
      ? html`<p class="empty">No cell of this run passes the filter.${page.base === undefined ? '' : html` What only the baseline has is <a href="#comparison">below</a>.`}</p>`
      : html`<p class="empty">No cells were planned in this run. To list what can run: <code class="copy">npm run list</code>; to run it: <code class="copy">npm run bench</code></p>`;

/** All backends of each network by rank, how their figures trade off, and what is not ok. */
export function choicePart(page: Page, chosen: Omit<RankingOptions, 'browser'>): Markup {
  const options = { ...chosen, browser: browserOf(page.table.run) };
  const choices = choicesOf(page.table);
  if (page.table.rows.length === 0) return problemsPart(page);
  return html`<section><h2 id="ranking">${choices.some(({ standings }) => standings.some(({ rank }) => rank !== undefined)) ? 'All backends, ranked' : 'All backends'}</h2>
${rankings(choices, page, options)}</section>
${options.interactive ? scatters(choices, page) : ''}
<section>${problemsPart(page)}</section>`;
}
