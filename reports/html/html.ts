import type { Run } from '../../suites/record/record.ts';
import type { Comparison } from '../compare/compare.ts';
import { tabulate } from '../table/table.ts';
import { html } from './kit/markup.ts';
import { pageText } from './kit/page.ts';
import { type Page, section } from './kit/parts.ts';
import type { Section } from './kit/section.ts';
import { backendColours, CSS } from './kit/theme.ts';
import { accuracy } from './sections/accuracy.ts';
import { agreement } from './sections/agreement.ts';
import { comparison } from './sections/comparison.ts';
import { compliance } from './sections/compliance.ts';
import { conformance } from './sections/conformance.ts';
import { environment, method } from './sections/environment.ts';
import { pageHeader } from './sections/header.ts';
import { latency } from './sections/latency.ts';
import { layers } from './sections/layers.ts';
import { leak } from './sections/leak.ts';
import { summary } from './sections/matrix.ts';
import { memory } from './sections/memory.ts';
import { placement } from './sections/placement.ts';
import { problems } from './sections/problems.ts';
import { roofline } from './sections/roofline.ts';
import { scenarios } from './sections/scenarios.ts';
import { startup } from './sections/startup.ts';
import { transfer } from './sections/transfer.ts';

/** In the order of the page. */
const SECTIONS: readonly Section[] = [
  summary,
  comparison,
  latency,
  scenarios,
  transfer,
  roofline,
  startup,
  memory,
  leak,
  conformance,
  layers,
  agreement,
  accuracy,
  compliance,
  placement,
  problems,
  environment,
  method,
];

/** One file that opens from disk: no network, and no JavaScript but for sorting tables. */
export function renderHtml(run: Run, comparison?: Comparison): string {
  const table = tabulate(run);
  const { palette, light, dark } = backendColours(table.backends);
  const page: Page = { table, palette };
  const parts = SECTIONS.map((row) => ({ ...row, content: row.render(page, comparison) })).filter(
    ({ content }) => content !== '',
  );
  const colours = `:root{${light}}@media (prefers-color-scheme:dark){:root{${dark}}}@media print{:root{${light}}}`;
  const body = html`${pageHeader(page)}
<nav aria-label="Contents">${parts.map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}</nav>
<main>${parts.map((part) => html`\n${section(part, part.content)}`)}
</main>`;
  return pageText(`ResNet bench ${run.header.started.slice(0, 10)}`, CSS + colours, body);
}
