import type { NightReport } from '../../suites/nightly/report.ts';
import { packed } from '../html/data.node.ts';
import { DATA } from '../html/data.ts';
import { html, raw } from '../html/kit/markup.ts';
import { pageText } from '../html/kit/page.ts';
import { section } from '../html/kit/parts.ts';
import { CSS, coloursText } from '../html/kit/theme.ts';
import { scriptText } from '../html/script.node.ts';
import { nightHeader, reportedPart } from './answer.ts';
import { nightColours } from './cells.ts';
import type { NightData } from './data.ts';
import { acceptedTable, changeTable } from './lists.ts';
import { packTrends } from './packed.ts';

const WITHOUT = html`<p class="note" role="note">Without JavaScript this page shows what was reported, change points and accepted changes. Filters, trends and the view of one cell need it.</p>`;

/**
 * The page of a night: one file that opens from disk. What was reported is in it as text; trends are drawn by the page's
 * script from the history, which the page holds once. `runPage`: the file name of the page of the same run beside it.
 */
export function renderNightPage(report: NightReport, runPage: string): string {
  const { trends, ...rest } = report;
  const data: NightData = { report: rest, trends: packTrends(trends, Infinity), runPage };
  const body = html`<a class="skip" href="#main">Skip to what was reported</a>
${nightHeader(report)}
<noscript>${WITHOUT}</noscript>
<main id="main">
<div id="one" hidden></div>
<div id="all">
<form id="filters" hidden></form>
<section id="found">${reportedPart(report, true)}</section>
<div id="sections"></div>
</div>
<noscript>${report.changes.length > 0 ? section({ id: 'changes', title: 'Change points' }, changeTable(report)) : ''}${
    report.accepted.length > 0 ? section({ id: 'accepted', title: 'Accepted changes' }, acceptedTable(report)) : ''
  }</noscript>
</main>
<script type="text/plain" id="${DATA}">${raw(packed(data))}</script>`;
  return pageText(
    `Nightly ${report.tonight.started.slice(0, 10)}`,
    CSS + coloursText(nightColours(report)),
    body,
    scriptText('night.ts'),
  );
}
