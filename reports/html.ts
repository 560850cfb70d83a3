import type { Run } from '../suites/record.ts';
import { accuracySection } from './html/accuracy.ts';
import { conformanceSection } from './html/conformance.ts';
import { environmentSection, methodSection } from './html/environment.ts';
import { pageHeader } from './html/header.ts';
import { latencySection } from './html/latency.ts';
import { html, raw } from './html/markup.ts';
import { matrixSection } from './html/matrix.ts';
import { memorySection } from './html/memory.ts';
import type { Page } from './html/parts.ts';
import { placementSection } from './html/placement.ts';
import { problemsSection } from './html/problems.ts';
import { SCRIPT } from './html/script.ts';
import { startupSection } from './html/startup.ts';
import { backendColours, CSS } from './html/theme.ts';
import { tabulate } from './table.ts';

const CONTENTS = [
  ['summary', 'Summary'],
  ['latency', 'Latency'],
  ['startup', 'Start-up'],
  ['memory', 'Memory'],
  ['conformance', 'Conformance'],
  ['accuracy', 'Accuracy'],
  ['placement', 'Where it ran'],
  ['problems', 'What is not ok'],
  ['environment', 'Environment'],
  ['method', 'Method'],
] as const;

/** One file that opens from disk: no network, and no JavaScript but for sorting tables. */
export function renderHtml(run: Run): string {
  const table = tabulate(run);
  const { palette, light, dark } = backendColours(table.backends);
  const page: Page = { table, palette };
  const colours = `:root{${light}}@media (prefers-color-scheme:dark){:root{${dark}}}@media print{:root{${light}}}`;
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>ResNet bench ${run.header.started.slice(0, 10)}</title>
<style>${raw(CSS + colours)}</style>
</head>
<body>
${pageHeader(page)}
<nav aria-label="Contents">${CONTENTS.map(([id, title]) => html`<a href="#${id}">${title}</a>`)}</nav>
<main>
${matrixSection(page)}
${latencySection(page)}
${startupSection(page)}
${memorySection(page)}
${conformanceSection(page)}
${accuracySection(page)}
${placementSection(page)}
${problemsSection(page)}
${environmentSection(page)}
${methodSection()}
</main>
<script>${raw(SCRIPT)}</script>
</body>
</html>
`;
  return markup;
}
