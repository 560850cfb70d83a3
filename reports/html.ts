import type { Run } from '../suites/record.ts';
import type { Comparison } from './compare.ts';
import { accuracySection } from './html/accuracy.ts';
import { comparisonSection } from './html/comparison.ts';
import { complianceSection } from './html/compliance.ts';
import { conformanceSection } from './html/conformance.ts';
import { environmentSection, methodSection } from './html/environment.ts';
import { pageHeader } from './html/header.ts';
import { latencySection } from './html/latency.ts';
import { layersSection } from './html/layers.ts';
import { leakSection } from './html/leak.ts';
import { html } from './html/markup.ts';
import { matrixSection } from './html/matrix.ts';
import { memorySection } from './html/memory.ts';
import { pageText } from './html/page.ts';
import type { Page } from './html/parts.ts';
import { placementSection } from './html/placement.ts';
import { problemsSection } from './html/problems.ts';
import { rooflineSection } from './html/roofline.ts';
import { scenariosSection } from './html/scenarios.ts';
import { startupSection } from './html/startup.ts';
import { backendColours, CSS } from './html/theme.ts';
import { transferSection } from './html/transfer.ts';
import { votesSection } from './html/votes.ts';
import { tabulate } from './table.ts';

const CONTENTS = [
  ['summary', 'Summary'],
  ['comparison', 'Since the baseline'],
  ['latency', 'Latency'],
  ['scenarios', 'Scenarios'],
  ['transfer', 'Transfer'],
  ['roofline', 'Roofline'],
  ['startup', 'Start-up'],
  ['memory', 'Memory'],
  ['leak', 'Leaks'],
  ['conformance', 'Conformance'],
  ['layers', 'Layers'],
  ['votes', 'Who agrees with whom'],
  ['accuracy', 'Accuracy'],
  ['compliance', 'Compliance'],
  ['placement', 'Where it ran'],
  ['problems', 'What is not ok'],
  ['environment', 'Environment'],
  ['method', 'Method'],
] as const;

/** One file that opens from disk: no network, and no JavaScript but for sorting tables. */
export function renderHtml(run: Run, comparison?: Comparison): string {
  const table = tabulate(run);
  const { palette, light, dark } = backendColours(table.backends);
  const page: Page = { table, palette };
  const contents = CONTENTS.filter(([id]) => id !== 'comparison' || comparison !== undefined);
  const colours = `:root{${light}}@media (prefers-color-scheme:dark){:root{${dark}}}@media print{:root{${light}}}`;
  const body = html`${pageHeader(page)}
<nav aria-label="Contents">${contents.map(([id, title]) => html`<a href="#${id}">${title}</a>`)}</nav>
<main>
${matrixSection(page)}
${comparison === undefined ? '' : comparisonSection(comparison)}
${latencySection(page)}
${scenariosSection(page)}
${transferSection(page)}
${rooflineSection(page)}
${startupSection(page)}
${memorySection(page)}
${leakSection(page)}
${conformanceSection(page)}
${layersSection(page)}
${votesSection(page)}
${accuracySection(page)}
${complianceSection(page)}
${placementSection(page)}
${problemsSection(page)}
${environmentSection(page)}
${methodSection()}
</main>`;
  return pageText(`ResNet bench ${run.header.started.slice(0, 10)}`, CSS + colours, body);
}
