import type { Comparison } from '../../compare/compare.ts';
import { html, type Markup } from '../kit/markup.ts';
import type { Page } from '../kit/parts.ts';
import type { Section } from '../kit/section.ts';
import { SECTIONS } from '../sections.ts';

/** The id of the element that a section's content goes into. */
export const bodyOf = (id: string): string => `body-${id}`;

/** Where the sections without figures are listed. */
export const MISSING = 'missing';

const closed = ({ id, title }: Pick<Section, 'id' | 'title'>, open: ReadonlySet<string>): Markup =>
  html`<details class="view" id="${id}"${open.has(id) ? html` open` : ''}><summary><h2>${title}</h2></summary><div id="${bodyOf(id)}"></div></details>`;

/** The sections that have something to show, closed, and in a line those that have not. */
export function sectionList(page: Page, comparison: Comparison | undefined, open: ReadonlySet<string>): Markup {
  const shown = SECTIONS.filter((one) => one.has(page, comparison));
  const titles = SECTIONS.filter((one) => !shown.includes(one) && one.id !== 'comparison').map(({ title }) => title);
  return html`<nav aria-label="Sections">${shown.map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}<a href="#save">Save</a></nav>
${shown.map((one) => closed(one, open))}
${titles.length === 0 ? '' : closed({ id: MISSING, title: `Not in this run: ${titles.join(', ')}` }, open)}`;
}

/** What a section shows when it is opened. */
export function sectionContent(id: string, page: Page, comparison: Comparison | undefined): Markup {
  if (id !== MISSING) return html`${SECTIONS.find((one) => one.id === id)?.render(page, comparison)}`;
  return html`${SECTIONS.filter((one) => !one.has(page, comparison) && one.id !== 'comparison').map(
    (one) => html`<h3>${one.title}</h3>${one.render(page, comparison)}`,
  )}`;
}
