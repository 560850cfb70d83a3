import type { Comparison } from '../../reports/compare/compare.ts';
import { flatTable } from '../../reports/html/answer/flat.ts';
import { pageHeader } from '../../reports/html/answer/header.ts';
import { answerPart, choicePart } from '../../reports/html/answer/overview.ts';
import { html } from '../../reports/html/kit/markup.ts';
import { pageText } from '../../reports/html/kit/page.ts';
import { type Page, section } from '../../reports/html/kit/parts.ts';
import { backendColours, CSS, coloursText } from '../../reports/html/kit/theme.ts';
import { SECTIONS } from '../../reports/html/sections.ts';
import { tabulate } from '../../reports/table/table.ts';
import type { Run } from '../../suites/record/record.ts';

/** All that a page can show of a run, with every section open, as one document: what its script makes when asked. */
export function fullPage(run: Run, comparison?: Comparison): string {
  const table = tabulate(run);
  const colours = backendColours(table.backends);
  const page: Page = { table, palette: colours.palette };
  const parts = SECTIONS.filter(({ id }) => id !== 'comparison' || comparison !== undefined);
  const body = html`${pageHeader(page, comparison)}<main>${answerPart(page)}
${choicePart(page, { base: undefined, sort: undefined, interactive: true, since: comparison })}
${parts.map((one) => section(one, one.render(page, comparison)))}${flatTable(table)}</main>`;
  return pageText('all', CSS + coloursText(colours), body, '');
}
