import type { Analysis, Layer } from '../../reference/analysis.ts';
import { mebibytes, percent } from '../../suites/stats/format.ts';

const grouped = (value: number) => value.toLocaleString('en-US');
const millions = (value: number) => (value / 1e6).toFixed(value < 1e6 ? 3 : 1);
const extents = (shape: readonly number[]) => shape.join('×');
const square = ([rows, columns]: readonly [number, number]) =>
  rows === Infinity ? 'all' : rows === columns ? `${rows}` : `${rows}×${columns}`;

/** A stage of an analysis: its last layer. */
export type AnalysedStage = Analysis['stages'][number];

/** A column of the layer tables: title, text, and the number to sort by. */
export type LayerColumn = {
  readonly title: string;
  text(layer: Layer): string;
  key?(layer: Layer): number;
};

/** Columns that the terminal and the page both have. */
export const layerColumns = ({ parameters, macs }: Analysis): LayerColumn[] => [
  { title: 'output', text: ({ shape }) => extents(shape), key: ({ bytes }) => bytes },
  { title: 'parameters', text: (layer) => grouped(layer.parameters), key: (layer) => layer.parameters },
  { title: '%', text: (layer) => percent(layer.parameters / parameters), key: (layer) => layer.parameters },
  { title: 'MACs (M)', text: (layer) => millions(layer.macs), key: (layer) => layer.macs },
  { title: '%', text: (layer) => percent(layer.macs / macs), key: (layer) => layer.macs },
  { title: 'MiB', text: ({ bytes }) => mebibytes(bytes), key: ({ bytes }) => bytes },
  { title: 'sees', text: ({ field }) => square(field.size), key: ({ field }) => field.size[0] },
  { title: 'stride', text: ({ field }) => square(field.stride), key: ({ field }) => field.stride[0] },
];

const STAGE_COLUMNS = new Set(['output', 'MiB', 'sees', 'stride']);

/** Those of the table of stages. */
export const stageColumns = (a: Analysis): LayerColumn[] =>
  layerColumns(a).filter(({ title }) => STAGE_COLUMNS.has(title));

/** What a network amounts to, in words. */
export const totals = (a: Analysis): [title: string, text: string][] => [
  ['input', extents(a.input)],
  ['parameters', `${grouped(a.parameters)}, and ${grouped(a.buffers)} statistics`],
  ['multiply-adds', `${(a.macs / 1e9).toFixed(3)}·10⁹ in convolutions and linear layers`],
  ['activations', `${mebibytes(a.bytes)} MiB in float32; at most ${mebibytes(a.peak)} MiB are alive at once`],
];

/** Layers with parameters or multiply-adds. */
export const costlyLayers = ({ layers }: Analysis): Layer[] =>
  layers.filter(({ parameters, macs }) => parameters > 0 || macs > 0);
