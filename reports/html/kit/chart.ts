import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { maximum, minimum } from '../../../reference/collect.ts';
import { type Content, html, type Markup, printable, raw } from './markup.ts';

/** A document to build SVG in: Plot needs one, and Node has none. */
const { document } = parseHTML('<!doctype html><html><body></body></html>');

/** Pixels of a row, and of the axes around the rows. */
export const ROW = 21;
export const TOP = 20;
export const AXES = 62;

/** Grid lines and labels read the page's colours, so that they follow a dark page. */
export const GRID = { stroke: 'var(--grid)', strokeOpacity: 1 } as const;

/** Letters of a label in a chart. */
const MOST_LETTERS = 32;

/** A label that leaves room for the figures: a longer one ends early. */
export function clipped(label: string): string {
  const letters = [...label];
  return letters.length > MOST_LETTERS ? `${letters.slice(0, MOST_LETTERS - 1).join('')}…` : label;
}

/** Width of the widest of some labels at 11 pixels, near enough for a margin. */
const widest = (labels: readonly string[]) => 6.4 * Math.max(0, ...labels.map((label) => clipped(label).length));

/** Sizes of text, in pixels: as drawn, and the least at which it is shown. */
const [TEXT, LEAST_TEXT] = [11, 10];
/** How far a chart is enlarged. */
const MOST_SCALE = 1.2;

/** A narrow window scrolls a chart rather than shrink its text. */
const sizes = (width: number): string =>
  `flex:${width} 1 0;min-width:${Math.ceil((width * LEAST_TEXT) / TEXT)}px;max-width:${Math.round(width * MOST_SCALE)}px`;

/** A scale whose label says that it is logarithmic. */
function saidScale(scale: Plot.ScaleOptions | undefined): Plot.ScaleOptions | undefined {
  if (scale?.type !== 'log' || typeof scale.label !== 'string') return scale;
  const [, text = '', arrow = ''] = /^(.*?)( →)?$/s.exec(scale.label) ?? [];
  return {
    ...scale,
    label: `${text.endsWith(')') ? `${text.slice(0, -1)}, log scale)` : `${text} (log scale)`}${arrow}`,
  };
}

const COORDINATES = /(\s(?:cx|cy|x|y|x1|x2|y1|y2|d|width|height|transform)=")([^"]*)/g;
const LONG = /(\.\d\d)\d+/g;

/**
 * The SVG of a plot as markup, without Plot's own style: the page has one for all. `label` is read aloud; `rows` are
 * the labels at its left.
 */
export function chart(label: string, rows: readonly string[], options: Plot.PlotOptions): Markup {
  const svg = Plot.plot({
    marginTop: TOP,
    marginRight: 72,
    marginLeft: Math.ceil(widest(rows)) + 14,
    marginBottom: AXES - TOP,
    ...options,
    x: saidScale(options.x) ?? {},
    y: saidScale(options.y) ?? {},
    className: 'chart',
    document,
  });
  for (const style of svg.querySelectorAll('style')) style.remove();
  // An image is read by its own label, so those that Plot gives its parts are names only.
  for (const part of svg.querySelectorAll('g[aria-label]')) {
    part.setAttribute('data-part', part.getAttribute('aria-label') ?? '');
    part.removeAttribute('aria-label');
  }
  svg.removeAttribute('width');
  svg.removeAttribute('height');
  // linkedom leaves `<` in attributes as it is, so the label, which names a model, is not one of its own.
  const opening = html`<svg role="img" aria-label="${label}" style="${sizes(options.width ?? 640)}"`.markup;
  // A hundredth of a pixel is enough, and keeps the page small.
  const rounded = svg.outerHTML.replace(COORDINATES, (_, name, value) => name + value.replace(LONG, '$1'));
  return raw(printable(rounded).replace('<svg', () => opening));
}

/** Widest range, largest over smallest, that a linear axis from zero still shows. */
const LINEAR_RANGE = 20;

/** Where a value stands on a scale, from 0 to 1. */
export function shareOf({ type, domain: [low, high] }: Scale, value: number): number {
  const place = type === 'log' ? Math.log : (one: number) => one;
  return (place(value) - place(low)) / (place(high) - place(low));
}

/** The value at a share of a scale, the inverse of `shareOf`. */
export function valueAt({ type, domain: [low, high] }: Scale, share: number): number {
  if (type === 'linear') return low + share * (high - low);
  return Math.exp(Math.log(low) + share * (Math.log(high) - Math.log(low)));
}

export type Scale = { readonly type: 'linear' | 'log'; readonly domain: [number, number]; readonly ticks: number[] };

/** A tick's label, `0.5`, `10`, `1,000`: Plot's own for a log axis would leave some out. */
export const tickLabel = (value: number): string => value.toLocaleString('en-US', { maximumSignificantDigits: 3 });

/** Powers of ten times 1, 2 and 5 within a range, thinned to at most `most` whole decades or their parts. */
function logTicks(low: number, high: number, most: number): number[] {
  const decades = Math.log10(high) - Math.log10(low);
  const factors = decades * 3 <= most ? [1, 2, 5] : decades * 2 <= most ? [1, 3] : [1];
  const every = Math.max(1, Math.ceil(decades / most));
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++)
    if (power % every === 0)
      for (const factor of factors) {
        const tick = Number(`${factor}e${power}`);
        if (tick >= low && tick <= high) ticks.push(tick);
      }
  return ticks;
}

/** A positive number that a scale can end at. */
const within = (value: number): number => Math.min(Math.max(value, Number.MIN_VALUE), Number.MAX_VALUE);

/** A log scale around positive values, with room at both ends. */
export function logScale(values: readonly number[], most: number): Scale {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  const [least, largest] = positive.length > 0 ? [minimum(positive), maximum(positive)] : [1, 10];
  // By logarithms, since a quotient of extreme values is infinite, and so would be the number of ticks.
  const room = Math.max(1.15, 10 ** (0.06 * (Math.log10(largest) - Math.log10(least))));
  const domain: [number, number] = [within(least / room), within(largest * room)];
  return { type: 'log', domain, ticks: logTicks(domain[0], domain[1], most) };
}

/** A linear scale from 0. */
export function linearScale(values: readonly number[], most: number): Scale {
  const largest = maximum([0, ...values]);
  const top = largest > 0 ? within(largest * 1.05) : 1;
  const power = 10 ** Math.floor(Math.log10(top / most));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => top / size <= most) ?? top;
  const ticks = Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, i) => Number((i * step).toPrecision(12)));
  return { type: 'linear', domain: [0, top], ticks };
}

/** A linear scale around values that differ by little, which does not begin at 0. */
export function spanScale(values: readonly number[], most: number): Scale {
  const [least, largest] = values.length > 0 ? [minimum(values), maximum(values)] : [0, 1];
  const room = Math.max(0.08 * (largest - least), 0.005 * Math.abs(largest), Number.MIN_VALUE);
  const [low, high] = [Math.max(-Number.MAX_VALUE, least - room), Math.min(Number.MAX_VALUE, largest + room)];
  const power = 10 ** Math.floor(Math.log10((high - low) / most));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => (high - low) / size <= most) ?? high - low;
  const first = Math.ceil(low / step);
  const ticks = Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
  return { type: 'linear', domain: [low, high], ticks };
}

/** A linear scale from 0, or a log scale where the positive values span more than 20 times. */
export function autoScale(values: readonly number[], most: number): Scale {
  const positive = values.filter((value) => value > 0);
  const wide = positive.length > 0 && maximum(positive) / minimum(positive) > LINEAR_RANGE;
  return wide ? logScale(values, most) : linearScale(values, most);
}

/** A key's entry: an SVG sign of 22 by 12 pixels, and what it means. */
export const keyEntry = (sign: string, meaning: Content): Markup =>
  html`<span><svg width="22" height="12" aria-hidden="true">${raw(sign)}</svg>${meaning}</span>`;

/** Signs for keys, in the text's colour. */
export const SIGNS = {
  dot: '<circle cx="11" cy="6" r="4" fill="currentColor"/>',
  hollow: '<circle cx="11" cy="6" r="3.5" fill="none" stroke="currentColor" stroke-width="1.5"/>',
  faint:
    '<g fill="currentColor" opacity=".35"><circle cx="5" cy="4" r="1.5"/><circle cx="11" cy="8" r="1.5"/><circle cx="17" cy="5" r="1.5"/></g>',
  interval: '<path d="M1 6h20" stroke="currentColor" stroke-width="2"/>',
  tick: '<path d="M11 0v12" stroke="currentColor" stroke-width="2"/>',
  diamond: '<path d="M11 1l5 5-5 5-5-5z" fill="none" stroke="currentColor" stroke-width="1.5"/>',
  triangle: '<path d="M11 1l5 9H6z" fill="currentColor"/>',
  hollowTriangle: '<path d="M11 2l4.5 8h-9z" fill="none" stroke="currentColor" stroke-width="1.5"/>',
  bar: (opacity: number) => `<rect width="22" height="12" fill="currentColor" opacity="${opacity}"/>`,
} as const;

export const legend = (entries: readonly Markup[]): Markup => html`<p class="legend">${entries}</p>`;
