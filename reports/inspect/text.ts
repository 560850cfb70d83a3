import type { Analysis } from '../../reference/analysis.ts';
import { costlyLayers, layerColumns, stageColumns, totals } from './columns.ts';

/** A table of aligned columns; the first is left-aligned. */
function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => rows.reduce((most, row) => Math.max(most, (row[i] ?? '').length), 0));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ');
  return `${rows.map(line).join('\n')}\n`;
}

/** An analysis as text: totals, stages and layers. */
export function inspectText(a: Analysis): string {
  const [shown, ofStages] = [layerColumns(a), stageColumns(a)];
  const stages = a.stages.map((stage) => [stage.stage, ...ofStages.map(({ text }) => text(stage))]);
  const layers = costlyLayers(a).map((layer) => [
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
