import type { Analysis, Layer } from '../reference/analysis.ts';
import { html } from '../reports/html/kit/markup.ts';
import { pageText } from '../reports/html/kit/page.ts';
import { type Column, dataTable, figure, name, section } from '../reports/html/kit/parts.ts';
import { CSS } from '../reports/html/kit/theme.ts';
import { scriptText } from '../reports/html/script.node.ts';
import { mebibytes, percent } from '../suites/stats/format.ts';

const grouped = (value: number) => value.toLocaleString('en-US');
const millions = (value: number) => (value / 1e6).toFixed(value < 1e6 ? 3 : 1);
const extents = (shape: readonly number[]) => shape.join('×');
const square = ([rows, columns]: readonly [number, number]) =>
  rows === Infinity ? 'all' : rows === columns ? `${rows}` : `${rows}×${columns}`;

type Stage = Analysis['stages'][number];

/** A column of the layer tables: title, text, and the number to sort by. */
type Shown = { title: string; text: (layer: Layer) => string; key?: (layer: Layer) => number };

/** Columns that the terminal and the page both have. */
const columns = ({ parameters, macs }: Analysis): Shown[] => [
  { title: 'output', text: ({ shape }) => extents(shape), key: ({ bytes }) => bytes },
  { title: 'parameters', text: (layer) => grouped(layer.parameters), key: (layer) => layer.parameters },
  {
    title: '%',
    text: (layer) => percent(layer.parameters / parameters),
    key: (layer) => layer.parameters,
  },
  { title: 'MACs (M)', text: (layer) => millions(layer.macs), key: (layer) => layer.macs },
  { title: '%', text: (layer) => percent(layer.macs / macs), key: (layer) => layer.macs },
  { title: 'MiB', text: ({ bytes }) => mebibytes(bytes), key: ({ bytes }) => bytes },
  { title: 'sees', text: ({ field }) => square(field.size), key: ({ field }) => field.size[0] },
  { title: 'stride', text: ({ field }) => square(field.stride), key: ({ field }) => field.stride[0] },
];

const STAGE_COLUMNS = new Set(['output', 'MiB', 'sees', 'stride']);

const totals = (a: Analysis): [string, string][] => [
  ['input', extents(a.input)],
  ['parameters', `${grouped(a.parameters)}, and ${grouped(a.buffers)} statistics`],
  ['multiply-adds', `${(a.macs / 1e9).toFixed(3)}·10⁹ in convolutions and linear layers`],
  ['activations', `${mebibytes(a.bytes)} MiB in float32; at most ${mebibytes(a.peak)} MiB are alive at once`],
];

/** A table of aligned columns; the first is left-aligned. */
function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => rows.reduce((most, row) => Math.max(most, (row[i] ?? '').length), 0));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ');
  return `${rows.map(line).join('\n')}\n`;
}

/** Layers with parameters or multiply-adds. */
const costly = ({ layers }: Analysis) => layers.filter(({ parameters, macs }) => parameters > 0 || macs > 0);

/** An analysis as text: totals, stages and layers. */
export function renderText(a: Analysis): string {
  const shown = columns(a);
  const ofStages = shown.filter(({ title }) => STAGE_COLUMNS.has(title));
  const stages = a.stages.map((stage) => [stage.stage, ...ofStages.map(({ text }) => text(stage))]);
  const layers = costly(a).map((layer) => [
    layer.name,
    layer.op,
    layer.window,
    ...shown.map(({ text }) => text(layer)),
  ]);
  return [
    `${[a.model, ...totals(a).map(([key, value]) => `  ${key.padEnd(14)} ${value}`)].join('\n')}\n`,
    textTable([['stage', ...ofStages.map(({ title }) => title)], ...stages]),
    textTable([['layer', 'op', 'window', ...shown.map(({ title }) => title)], ...layers]),
  ].join('\n');
}

/**
 * An analysis as one HTML file that opens from disk. It loads nothing from the network; its only JavaScript sorts
 * tables.
 */
export function renderPage(a: Analysis): string {
  const shown = columns(a);
  const cells = <T extends Layer>(list: readonly Shown[]): Column<T>[] =>
    list.map(({ title, text, key }) => figure(title, text, key ?? (() => undefined)));
  const ofStages = shown.filter(({ title }) => STAGE_COLUMNS.has(title));
  const stages = [name<Stage>('stage', ({ stage }) => stage), ...cells<Stage>(ofStages)];
  const layers = [
    name<Layer>('layer', (layer) => layer.name),
    name<Layer>('op', ({ op }) => op),
    name<Layer>('window', ({ window }) => window),
    ...cells<Layer>(shown),
  ];
  const body = html`<h1>${a.model}</h1>
<dl class="facts">${totals(a).map(([key, value]) => html`<dt>${key}</dt><dd>${value}</dd>`)}</dl>
<main>
${section({ id: 'stages', title: 'Stages' }, dataTable(stages, a.stages))}
<p class="small soft">“sees” is the receptive field: the side, in input pixels, of the square that one output pixel depends on (Araujo et al. 2019). “stride” is the distance between the squares of neighbouring output pixels.</p>
${section({ id: 'layer-table', title: 'Layers' }, dataTable(layers, costly(a)))}
</main>`;
  return pageText(a.model, CSS, body, scriptText('tables.ts'));
}
