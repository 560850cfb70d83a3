import type { Run } from '../../suites/record/record.ts';
import type { Comparison } from '../compare/compare.ts';
import { tabulate } from '../table/table.ts';
import { html } from './kit/markup.ts';
import { pageText } from './kit/page.ts';
import type { Page } from './kit/parts.ts';
import { backendColours, CSS } from './kit/theme.ts';
import { accuracySection } from './sections/accuracy.ts';
import { votesSection } from './sections/agreement.ts';
import { comparisonSection } from './sections/comparison.ts';
import { complianceSection } from './sections/compliance.ts';
import { conformanceSection } from './sections/conformance.ts';
import { environmentSection, methodSection } from './sections/environment.ts';
import { pageHeader } from './sections/header.ts';
import { latencySection } from './sections/latency.ts';
import { layersSection } from './sections/layers.ts';
import { leakSection } from './sections/leak.ts';
import { matrixSection } from './sections/matrix.ts';
import { memorySection } from './sections/memory.ts';
import { placementSection } from './sections/placement.ts';
import { problemsSection } from './sections/problems.ts';
import { rooflineSection } from './sections/roofline.ts';
import { scenariosSection } from './sections/scenarios.ts';
import { startupSection } from './sections/startup.ts';
import { transferSection } from './sections/transfer.ts';

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
