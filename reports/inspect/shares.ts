import * as Plot from '@observablehq/plot';
import type { Analysis, Layer } from '../../reference/analysis.ts';
import { mebibytes, number } from '../../suites/stats/format.ts';
import { AXES, chart, GRID, linearScale, ROW, tickLabel } from '../html/kit/chart.ts';
import { html, type Markup } from '../html/kit/markup.ts';
import { type Part, partsOf } from './parts.ts';

const sum = (layers: readonly Layer[], pick: (layer: Layer) => number): number =>
  layers.reduce((total, layer) => total + pick(layer), 0);

/** A cost that stages share. */
type Cost = { readonly title: string; pick(layer: Layer): number; text(value: number): string };

const COSTS: readonly Cost[] = [
  { title: 'Parameters', pick: ({ parameters }) => parameters, text: (value) => value.toLocaleString('en-US') },
  { title: 'Multiply-adds', pick: ({ macs }) => macs, text: (value) => `${number(value / 1e6)} M` },
  { title: 'Activations', pick: ({ bytes }) => bytes, text: (value) => `${mebibytes(value)} MiB` },
];

/** How much of a cost is in each stage, in per cent, with the amount at its right. */
function shares(model: string, parts: readonly Part[], { title, pick, text }: Cost): Markup {
  const total = sum(
    parts.flatMap(({ layers }) => layers),
    pick,
  );
  const bars = parts.map(({ name, layers }) => {
    const value = sum(layers, pick);
    return { name, value, share: total > 0 ? (100 * value) / total : 0 };
  });
  type Bar = (typeof bars)[number];
  const names = bars.map(({ name }) => name);
  const scale = linearScale(
    bars.map(({ share }) => share),
    5,
  );
  const plot = chart(`${title} of ${model} by stage, in per cent`, names, {
    width: 400,
    height: AXES + ROW * bars.length,
    marginRight: 96,
    x: { domain: scale.domain, label: 'share (%) →' },
    y: { domain: names, label: null, padding: 0.3 },
    marks: [
      Plot.gridX(scale.ticks, GRID),
      Plot.barX(bars, {
        x: 'share',
        y: 'name',
        fill: 'var(--accent)',
        title: ({ name, value, share }: Bar) => `${name}: ${text(value)}, ${share.toFixed(1)} %`,
      }),
      Plot.axisX(scale.ticks, { text: tickLabel, tickSize: 3 }),
      Plot.axisY({ label: null, tickSize: 0, tickPadding: 8 }),
      Plot.text(bars, {
        y: 'name',
        text: ({ value }: Bar) => text(value),
        frameAnchor: 'right',
        textAnchor: 'end',
        dx: 92,
        fill: 'var(--soft)',
      }),
    ],
  });
  return html`<figure><h3>${title}</h3><div class="scroll">${plot}</div></figure>`;
}

/** What each stage costs; nothing where no stage is known. */
export function stagePlots(a: Analysis): Markup {
  const parts = partsOf(a);
  if (parts.length < 2) return html`<p class="empty">No stages are known of this network.</p>`;
  return html`<div class="panels shares">${COSTS.map((cost) => shares(a.model, parts, cost))}</div>`;
}
