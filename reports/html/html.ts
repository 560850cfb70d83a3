import type { NightReport } from '../../suites/nightly/report.ts';
import type { Run } from '../../suites/record/record.ts';
import type { Comparison } from '../compare/compare.ts';
import { historyData } from '../nightly/history-data.ts';
import { tabulate } from '../table/table.ts';
import { flatTable } from './answer/flat.ts';
import { pageHeader } from './answer/header.ts';
import { answerPart, choicePart } from './answer/overview.ts';
import { STRIP_CSS } from './cell/strip-style.ts';
import { dataText } from './data.node.ts';
import { DATA } from './data.ts';
import { html, raw } from './kit/markup.ts';
import { pageText } from './kit/page.ts';
import { type Page, section } from './kit/parts.ts';
import { backendColours, CSS, coloursText } from './kit/theme.ts';
import { scriptText } from './script.node.ts';
import { environment } from './sections/environment.ts';

const WITHOUT = html`<p class="note" role="note">Without JavaScript this page shows the answer, what is not ok, and one table of all cells. Filters, the view of one cell, plots and the sections of the suites need it.</p>`;

/**
 * One file that opens from disk, without a network. What is read first is in it as text; all else is made by the page's
 * script from the run, which the page holds, when it is asked for. `night`: the history that the run is a night of.
 */
export function renderHtml(run: Run, comparison?: Comparison, night?: NightReport): string {
  const table = tabulate(run);
  const colours = backendColours(table.backends);
  const page: Page = { table, palette: colours.palette };
  const body = html`<a class="skip" href="#answer">Skip to the answer</a>
${pageHeader(page, comparison)}
<noscript>${WITHOUT}</noscript>
<main id="main">
<div id="one" hidden></div>
<div id="all">
<section id="answer">${answerPart(page)}</section>
<form id="filters" hidden></form>
<div id="choice">${choicePart(page, { base: undefined, sort: undefined, interactive: false, since: comparison })}</div>
<div id="sections"></div>
<div id="save"></div>
</div>
<noscript>${flatTable(table)}${section(environment, environment.render(page, comparison))}</noscript>
</main>
<script type="text/plain" id="${DATA}">${raw(dataText(run, comparison, night && historyData(night)))}</script>`;
  return pageText(
    `ResNet bench ${run.header.started.slice(0, 10)}`,
    CSS + STRIP_CSS + coloursText(colours),
    body,
    scriptText('page.ts'),
  );
}
