import type { Analysis, Layer } from '../../reference/analysis.ts';
import { html } from '../html/kit/markup.ts';
import { pageText } from '../html/kit/page.ts';
import { type Column, dataTable, figure, name, section } from '../html/kit/parts.ts';
import { CSS } from '../html/kit/theme.ts';
import { scriptText } from '../html/script.node.ts';
import { type AnalysedStage, costlyLayers, type LayerColumn, layerColumns, stageColumns, totals } from './columns.ts';
import { depthPlots } from './depth.ts';
import { stagePlots } from './shares.ts';

const SECTIONS = {
  stages: { id: 'stages', title: 'Stages' },
  depth: { id: 'depth', title: 'By depth' },
  layers: { id: 'layer-table', title: 'Layers' },
} as const;

const STYLE = `
.shares{grid-template-columns:repeat(auto-fill,minmax(min(100%,300px),1fr))}.shares .chart{max-width:440px}
`;

/**
 * An analysis as one HTML file that opens from disk. It loads nothing from the network; its only JavaScript sorts
 * tables.
 */
export function inspectPage(a: Analysis): string {
  const cells = <T extends Layer>(list: readonly LayerColumn[]): Column<T>[] =>
    list.map(({ title, text, key }) => figure(title, text, key ?? (() => undefined)));
  const stages = [name<AnalysedStage>('stage', ({ stage }) => stage), ...cells<AnalysedStage>(stageColumns(a))];
  const layers = [
    name<Layer>('layer', (layer) => layer.name),
    name<Layer>('op', ({ op }) => op),
    name<Layer>('window', ({ window }) => window),
    ...cells<Layer>(layerColumns(a)),
  ];
  const body = html`<a class="skip" href="#stages">Skip to the stages</a>
<header><h1>${a.model}</h1>
<dl class="facts">${totals(a).map(([key, value]) => html`<dt>${key}</dt><dd>${value}</dd>`)}</dl>
<nav aria-label="Sections">${Object.values(SECTIONS).map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}</nav></header>
<main>
${section(SECTIONS.stages, html`${stagePlots(a)}${a.stages.length === 0 ? '' : dataTable(stages, a.stages)}`)}
<p class="small soft">“sees” is the receptive field: the side, in input pixels, of the square that one output pixel depends on (Araujo et al. 2019). “stride” is the distance between the squares of neighbouring output pixels.</p>
${section(SECTIONS.depth, depthPlots(a))}
${section(SECTIONS.layers, dataTable(layers, costlyLayers(a)))}
</main>`;
  return pageText(a.model, CSS + STYLE, body, scriptText('tables.ts'));
}
