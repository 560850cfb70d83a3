import * as Plot from '@observablehq/plot';
import type { Analysis, Layer } from '../../reference/analysis.ts';
import { maximum } from '../../reference/collect.ts';
import { count, number } from '../../suites/stats/format.ts';
import {
  autoScale,
  chart,
  GRID,
  keyEntry,
  legend,
  linearScale,
  type Scale,
  SIGNS,
  tickLabel,
} from '../html/kit/chart.ts';
import { html, type Markup } from '../html/kit/markup.ts';
import { type Part, partsOf } from './parts.ts';

/** A plot over the layers in the order of execution. */
type ByDepth = {
  readonly label: string;
  readonly scale: Scale;
  readonly marks: readonly Plot.Markish[];
};

/** Pixels of a wide plot. */
const WIDTH = 760;

/** Stages are told apart by upright lines, with their names where there is room for them. */
function byDepth(parts: readonly Part[], { label, scale, marks }: ByDepth): Markup {
  const layers = layersIn(parts);
  const room = WIDTH / Math.max(1, layers);
  const named = parts.filter((part) => part.layers.length * room > 7 * part.name.length);
  return chart(label, [], {
    width: WIDTH,
    height: 210,
    marginTop: 20,
    marginLeft: 50,
    marginRight: 20,
    x: { type: 'linear', domain: [0, layers], label: 'layer, in the order of execution →' },
    y: { type: scale.type, domain: scale.domain, label: null },
    marks: [
      Plot.gridY(scale.ticks, GRID),
      Plot.ruleX(
        parts.slice(1).map(({ from }) => from),
        { stroke: 'var(--line)' },
      ),
      ...marks,
      Plot.axisX({ ticks: 8, tickSize: 3 }),
      Plot.axisY(scale.ticks, { text: tickLabel, tickSize: 3, label: null }),
      Plot.text(named, {
        x: ({ from, layers: own }: Part) => from + own.length / 2,
        text: 'name',
        frameAnchor: 'top',
        dy: -12,
        fill: 'var(--soft)',
      }),
    ],
  });
}

const layersIn = (parts: readonly Part[]): number => parts.reduce((total, { layers }) => total + layers.length, 0);

type Placed = { readonly layer: Layer; readonly i: number };
const placed = ({ layers }: Analysis): Placed[] => layers.map((layer, i) => ({ layer, i }));

const widest = ({ field }: Layer): number => Math.max(...field.size);

/** The receptive field of each layer beside the input's size. Layers after a global pool, which see all, end the line. */
function fields(a: Analysis, parts: readonly Part[]): Markup {
  const size = Math.max(...a.input.slice(2));
  const known = placed(a).filter(({ layer }) => Number.isFinite(widest(layer)));
  const scale = autoScale([size, ...known.map(({ layer }) => widest(layer))], 6);
  const first = known.find(({ layer }) => widest(layer) > size);
  const plot = byDepth(parts, {
    label: `Receptive field of ${a.model} by depth, in pixels`,
    scale,
    marks: [
      Plot.ruleY([size], { stroke: 'var(--ink)', strokeDasharray: '5 4' }),
      Plot.text([size], {
        y: (value: number) => value,
        text: (value: number) => `the input: ${value} px`,
        frameAnchor: 'left',
        textAnchor: 'start',
        dx: 8,
        dy: -8,
      }),
      Plot.line(known, {
        x: ({ i }: Placed) => i + 0.5,
        y: ({ layer }: Placed) => widest(layer),
        curve: 'step',
        stroke: 'var(--accent)',
        strokeWidth: 2,
      }),
      Plot.dot(known, {
        x: ({ i }: Placed) => i + 0.5,
        y: ({ layer }: Placed) => widest(layer),
        r: 2,
        fill: 'var(--accent)',
        title: ({ layer }: Placed) => `${layer.name} (${layer.op}): ${widest(layer)} px`,
      }),
    ],
  });
  const beyond =
    first === undefined
      ? 'It stays within the input in every layer before the global pool.'
      : `From ${first.layer.name} on, it is larger than the input: such an output also depends on padding.`;
  const dips = known.some(({ layer }, i) => widest(layer) < widest(known[i - 1]?.layer ?? layer));
  const all = a.layers.length - known.length;
  return html`<figure class="wide"><h3>Side of the receptive field (px${scale.type === 'log' ? ', log scale' : ''})</h3><p class="small soft">${beyond}${dips ? ' A dip is a shortcut, which sees less.' : ''}${all > 0 ? ` The last ${count(all, 'layer')}, from the global pool on, see the whole image.` : ''}</p><div class="scroll">${plot}</div></figure>`;
}

/** Upright bars over the layers. */
const bars = (
  layers: readonly Placed[],
  pick: (layer: Layer) => number,
  text: (value: number) => string,
): Plot.Markish =>
  Plot.rectY(layers, {
    x1: ({ i }: Placed) => i + 0.08,
    x2: ({ i }: Placed) => i + 0.92,
    y: ({ layer }: Placed) => pick(layer),
    fill: 'var(--accent)',
    title: ({ layer }: Placed) => `${layer.name} (${layer.op}): ${text(pick(layer))}`,
  });

function macs(a: Analysis, parts: readonly Part[]): Markup {
  const millions = ({ macs: own }: Layer) => own / 1e6;
  const plot = byDepth(parts, {
    label: `Multiply-adds of ${a.model} by depth, in millions`,
    scale: linearScale(a.layers.map(millions), 5),
    marks: [
      bars(
        placed(a).filter(({ layer }) => layer.macs > 0),
        millions,
        (value) => `${number(value)} M`,
      ),
    ],
  });
  return html`<figure class="wide"><h3>Multiply-adds (M)</h3><div class="scroll">${plot}</div></figure>`;
}

const MIB = 2 ** 20;

/** Outputs, and what is alive at once while each layer runs. */
function memory(a: Analysis, parts: readonly Part[]): Markup {
  const alive = ({ layer }: Placed) => layer.alive / MIB;
  const layers = placed(a);
  const peak = layers.filter(({ layer }) => layer.alive === maximum(a.layers.map((one) => one.alive))).slice(0, 1);
  const plot = byDepth(parts, {
    label: `Activation memory of ${a.model} by depth, in MiB of float32`,
    scale: linearScale([1.12 * maximum(layers.map(alive))], 5),
    marks: [
      bars(
        layers,
        ({ bytes }) => bytes / MIB,
        (value) => `${number(value)} MiB`,
      ),
      Plot.line(layers, {
        x: ({ i }: Placed) => i + 0.5,
        y: alive,
        curve: 'step',
        stroke: 'var(--ink)',
        strokeWidth: 1.5,
      }),
      Plot.dot(peak, { x: ({ i }: Placed) => i + 0.5, y: alive, r: 4, fill: 'var(--ink)' }),
      Plot.text(peak, {
        x: ({ i }: Placed) => i + 0.5,
        y: alive,
        text: (one: Placed) => `peak: ${number(alive(one))} MiB in ${one.layer.name}`,
        textAnchor: peak.some(({ i }) => i > layers.length / 2) ? 'end' : 'start',
        dx: peak.some(({ i }) => i > layers.length / 2) ? -6 : 6,
        dy: -10,
      }),
    ],
  });
  return html`<figure class="wide"><h3>Activation memory (MiB in float32)</h3>
${legend([keyEntry('<rect width="22" height="12" fill="var(--accent)"/>', 'a layer’s output'), keyEntry(SIGNS.interval, 'alive at once, if each tensor is freed after its last reader')])}
<div class="scroll">${plot}</div></figure>`;
}

/** Receptive field, multiply-adds and memory, layer by layer. */
export function depthPlots(a: Analysis): Markup {
  const parts = partsOf(a);
  return html`${fields(a, parts)}${macs(a, parts)}${memory(a, parts)}`;
}
