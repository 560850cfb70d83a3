import type { Tensor } from '../../../reference/tensor.ts';
import { number, scientific } from '../../../suites/stats/format.ts';
import { html, type Markup, raw } from '../kit/markup.ts';
import { pageText } from '../kit/page.ts';
import { amount, dataTable, name, section } from '../kit/parts.ts';
import { CSS } from '../kit/theme.ts';
import { scriptText } from '../script.node.ts';
import { type ChannelFigures, type Extent, LEVELS, type Maps, mapsOf } from './levels.ts';
import { cssOf, DIFFERENCES, type Palette256, VALUES } from './palettes.ts';

/** The values of one node from the reference and from a backend, and what was found out about them. */
export type MapsOf = {
  /** The node, or the tap, and its operator. */
  readonly name: string;
  readonly op: string;
  /** Which of the inputs of a benchmark it is of, from 0. */
  readonly index: number;
  readonly reference: Tensor;
  readonly output: ArrayLike<number>;
  /** How wrong it is, in words. */
  readonly said: string;
};

/** What a page of maps is about. */
export type MapsPage = {
  readonly id: string;
  /** What draws it again. */
  readonly command: string;
  readonly title: string;
  readonly backend: string;
  readonly nodes: readonly MapsOf[];
};

const STYLE = `
.trio{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,270px),1fr));gap:1rem 1.6rem;margin:.8rem 0}
.trio h3{margin:0 0 .3rem}.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:3px;list-style:none;margin:.4rem 0 0;padding:0}
.tiles li{min-width:0;font-size:.75rem;color:var(--soft);font-variant-numeric:tabular-nums}.tiles.one{grid-template-columns:1fr}
.tiles canvas{display:block;width:100%;image-rendering:pixelated;border:1px solid var(--line)}.tiles.one canvas{height:2.2rem}
.ramp{display:flex;align-items:center;gap:.5rem;font-size:.82rem;color:var(--soft);font-variant-numeric:tabular-nums}
.ramp i{flex:1;height:.8rem;border:1px solid var(--line);min-width:3rem}.ramp b{width:.9rem;height:.8rem;border:1px solid var(--faint);display:inline-block;vertical-align:-.1em;margin-right:.25rem}
.ramp.beyond{min-height:1.4rem}
@media print{.ramp i,.ramp b{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;

/** Bytes as base64. The number of arguments of a call is limited. */
function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return btoa(text);
}

const figureText = (value: number): string =>
  value !== 0 && (Math.abs(value) < 1e-2 || Math.abs(value) >= 1e5) ? scientific(value) : number(value);

/** One of the three: what is drawn with which colours. */
type Panel = {
  readonly id: string;
  readonly title: string;
  readonly levels: Uint8Array;
  readonly extent: Extent;
  readonly palette: 'values' | 'differences';
  /** A channel's part in words. */
  said(figures: ChannelFigures): string;
};

const PALETTES: { readonly [id in Panel['palette']]: Palette256 } = { values: VALUES, differences: DIFFERENCES };

/** Stops of a scale's gradient. */
const STOPS = 12;

/** The key of a scale: its ends in figures, and what is beyond where something is. */
function ramp({ palette, extent: [low, high], levels }: Panel): Markup {
  const colors = PALETTES[palette];
  const stops = Array.from({ length: STOPS + 1 }, (_, i) => cssOf(colors, Math.round((i * LEVELS.top) / STOPS)));
  const beyond = (
    [
      [LEVELS.below, 'below'],
      [LEVELS.above, 'above'],
      [LEVELS.nan, 'NaN, Inf'],
    ] as const
  ).flatMap(([level, word]) => {
    const count = levels.reduce((sum, one) => sum + Number(one === level), 0);
    return count === 0 ? [] : [html`<span><b style="background:${cssOf(colors, level)}"></b>${word}: ${count}</span>`];
  });
  return html`<div class="ramp">${figureText(low)}<i style="background:linear-gradient(90deg,${stops.join(',')})"></i>${figureText(high)}</div><div class="ramp beyond">${beyond}</div>`;
}

function panelPart(panel: Panel, { channels, rows, columns, height }: Maps): Markup {
  const tiles = channels.map((one, i) => {
    const label = `${panel.title}, channel ${one.channel}: ${panel.said(one)}`;
    return html`<li><canvas role="img" width="${columns}" height="${rows}" data-levels="${panel.id}" data-palette="${panel.palette}" data-from="${i * rows * columns}" aria-label="${label}" title="${label}"></canvas>${height > 1 ? one.channel : ''}</li>`;
  });
  return html`<figure><h3>${panel.title}</h3>${ramp(panel)}<ol class="tiles${height > 1 ? '' : ' one'}">${tiles}</ol>
<script type="text/plain" id="${panel.id}">${raw(base64(panel.levels))}</script></figure>`;
}

const rangeText = ([low, high]: Extent): string => `${figureText(low)} to ${figureText(high)}`;

/** Which image, channels and pixels of the tensor are drawn, in a sentence. */
function drawnText({ channels, total, height, width, rows, columns, image }: Maps): string {
  const which =
    total > channels.length ? `the ${channels.length} of ${total} channels with the largest error` : 'all its channels';
  const less = rows < height || columns < width ? `, of each square of pixels the one with the largest error` : '';
  return height > 1
    ? `Drawn: ${which}, of image ${image + 1} of the batch, ${height}×${width} pixels each${less}.`
    : `Drawn: its ${width} values in a row${columns < width ? ', of neighbours the one with the largest error' : ''}.`;
}

function nodePart(node: MapsOf, backend: string, place: number): Markup {
  const maps = mapsOf(node);
  const panels: Panel[] = [
    {
      ...{ id: `levels-${place}-reference`, title: 'Reference', levels: maps.reference, extent: maps.values },
      palette: 'values',
      said: ({ reference }) => rangeText(reference),
    },
    {
      ...{ id: `levels-${place}-output`, title: backend, levels: maps.output, extent: maps.values },
      palette: 'values',
      said: ({ output }) => rangeText(output),
    },
    {
      ...{ id: `levels-${place}-difference`, title: 'Difference', levels: maps.difference, extent: maps.differences },
      palette: 'differences',
      said: ({ error }) => `at most ${scientific(error)}`,
    },
  ];
  const table = dataTable<ChannelFigures>(
    [
      amount('Channel', ({ channel }) => channel),
      name('Reference', ({ reference }) => rangeText(reference)),
      name(backend, ({ output }) => rangeText(output)),
      amount('Largest error', ({ error }) => error, scientific),
      amount('Relative L2 error', ({ relativeL2 }) => relativeL2, scientific),
      amount('NaN, Inf', ({ nonfinite }) => nonfinite),
    ],
    maps.channels,
  );
  const content = html`<p>On input ${node.index + 1}, [${node.reference.shape.join(', ')}]: ${node.said}.</p>
<p class="small soft">${drawnText(maps)} Reference and backend have one scale, the reference’s. The difference is backend − reference.</p>
<div class="trio">${panels.map((one) => panelPart(one, maps))}</div>
<details><summary>Figures by channel</summary>${table}</details>`;
  return section({ id: `node-${place}`, title: node.op === '' ? node.name : `${node.name} (${node.op})` }, content);
}

/**
 * The feature maps of nodes as one HTML file that opens from disk: reference, backend and difference side by side. Its script
 * draws them into canvases, from levels that the file holds.
 */
export function renderMaps({ id, command, title, backend, nodes }: MapsPage): string {
  const palettes = (['values', 'differences'] as const).map(
    (one) =>
      html`<script type="text/plain" id="palette-${one}">${raw(base64(Uint8Array.from(PALETTES[one].flat())))}</script>`,
  );
  const body = html`<header><h1>${title}</h1>
<dl class="facts"><dt>Cell</dt><dd><code class="copy">${id}</code></dd><dt>To draw it again</dt><dd><code class="copy">${command}</code></dd></dl>
</header>
<main><noscript><p class="note" role="note">Without JavaScript the maps are empty; the figures by channel are below them.</p></noscript>${nodes.map((one, i) => nodePart(one, backend, i))}</main>${palettes}`;
  return pageText(title, CSS + STYLE, body, scriptText('maps.ts'));
}
