import { maximum } from '../../../reference/collect.ts';
import type { Interval } from '../../../suites/stats/quantiles.ts';
import { tickLabel } from './chart.ts';
import { html, type Markup, raw } from './markup.ts';

/** A ratio of times in a table: one small drawing in each row, all on one log axis around 1. */
export type ForestRow = {
  readonly ratio: number;
  /** Its 95 % interval. */
  readonly interval: Interval;
  /** Relative difference that does not matter. */
  readonly threshold: number;
};

/** Pixels. */
const WIDTH = 190;
const HEIGHT = 16;
const EDGE = 7;

/** Farthest ends of the axis, as factors of 1: beyond the second, an arrow says so. */
const [LEAST, MOST] = [1.1, 8];

/** The largest factor from 1 that the axis shows. */
export type ForestScale = { readonly reach: number };

const factor = (value: number): number => Math.max(value, 1 / value);

const farthest = (values: readonly number[]): number => maximum([LEAST, ...values.map(factor).filter(Number.isFinite)]);

/** An axis that shows all ratios, and their intervals unless these are far wider: one wide interval flattens no other. */
export function forestScale(rows: readonly ForestRow[]): ForestScale {
  const ratios = farthest(rows.flatMap(({ ratio, threshold }) => [ratio, 1 + 2 * threshold]));
  const intervals = farthest(rows.flatMap(({ interval }) => interval));
  return { reach: Math.min(MOST, 1.04 * Math.max(ratios, Math.min(intervals, ratios ** 1.5))) };
}

/** Where a ratio lies, in pixels; at the edge where the axis does not reach it. */
function place(ratio: number, { reach }: ForestScale): number {
  const share = Math.log(Math.max(ratio, Number.MIN_VALUE)) / Math.log(reach);
  const x = WIDTH / 2 + Math.min(1, Math.max(-1, share)) * (WIDTH / 2 - EDGE);
  return Number(x.toFixed(1));
}

/** Ticks of an axis. It has their inverses too. */
const TICKS = [1.05, 1.1, 1.2, 1.5, 2, 3, 5];

/** The heading of a column of ratios: the axis. */
export function forestHead(scale: ForestScale): Markup {
  const end = TICKS.findLast((one) => one <= scale.reach) ?? scale.reach;
  const ticks = [1 / end, 1, end].map(
    (value) => `<text x="${place(value, scale)}" y="11" text-anchor="middle">×${tickLabel(value)}</text>`,
  );
  return html`<span class="small">faster ← log scale → slower</span><br>${raw(`<svg class="forest" width="${WIDTH}" height="14" aria-hidden="true">${ticks.join('')}</svg>`)}`;
}

const arrow = (x: number, sign: 1 | -1): string =>
  `<path d="M${x} 8l${-6 * sign} -4v8z" fill="currentColor" stroke="none"/>`;

/** A ratio with its interval, over the band of differences that do not matter. The text beside it says the same. */
export function forestMark(row: ForestRow, scale: ForestScale): Markup {
  const { ratio, interval, threshold } = row;
  const [low, high] = [place(interval[0], scale), place(interval[1], scale)];
  const [from, to] = [place(1 / (1 + threshold), scale), place(1 + threshold, scale)];
  const middle = place(1, scale);
  const beyond = (value: number): boolean => factor(value) > scale.reach && value !== 1;
  const ends = interval.flatMap((end) => (beyond(end) ? [arrow(end > 1 ? WIDTH - 1 : 1, end > 1 ? 1 : -1)] : []));
  const dot = beyond(ratio) ? '' : `<circle cx="${place(ratio, scale)}" cy="8" r="3.5" stroke="none"/>`;
  return raw(
    `<svg class="forest" width="${WIDTH}" height="${HEIGHT}" aria-hidden="true"><path class="band" d="M${from} 0H${to}V16H${from}z"/><path class="one" d="M${middle} 0v16"/><path d="M${low} 8H${high}" stroke="currentColor" stroke-width="2"/>${dot}${ends.join('')}</svg>`,
  );
}
