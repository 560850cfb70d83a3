import * as Plot from '@observablehq/plot';
import { maximum, minimum } from '../../reference/collect.ts';
import type { TrendPoint } from '../../suites/nightly/report.ts';
import { chart, GRID, keyEntry, legend, SIGNS, tickLabel } from '../html/kit/chart.ts';
import type { Markup } from '../html/kit/markup.ts';
import type { CellHistory } from './cells.ts';

/** How a trend is drawn: sizes in pixels. */
type Look = { readonly colour: string; readonly width: number; readonly height: number };

/** Sizes of a trend among others, and alone. */
export const PANEL = { width: 540, height: 200 };
export const ALONE = { width: 860, height: 230 };

const X = 'number';

/** Where a segment begins, after the first: another machine, adapter or driver. */
function beginnings(points: readonly TrendPoint[]): TrendPoint[] {
  return points.filter((point, i) => i > 0 && points[i - 1]?.segment !== point.segment);
}

/** Runs of neighbouring points at one place, so that no line joins two. */
function withRuns(points: readonly TrendPoint[]): (TrendPoint & { readonly run: number })[] {
  let run = 0;
  return points.map((point, i) => {
    if (i > 0 && points[i - 1]?.segment !== point.segment) run++;
    return { ...point, run };
  });
}

/** Nights whose dates label the axis: at most so many. */
const DATES = 5;
function ticks(points: readonly TrendPoint[]): number[] {
  const every = Math.max(1, Math.ceil(points.length / DATES));
  return points.filter((_, i) => i % every === 0).map(({ number }) => number);
}

const isMoved = ({ ms, level }: TrendPoint): boolean => Math.abs(ms / level - 1) > 0.01;

const latest = new WeakMap<CellHistory['trends'], number>();

/** The last night of any cell: a trend that ends before it shows that its cell was not timed since. */
function latestOf(trends: CellHistory['trends']): number {
  const known = latest.get(trends);
  if (known !== undefined) return known;
  const last = maximum([...trends.values()].map((points) => points.at(-1)?.number ?? 0));
  latest.set(trends, last);
  return last;
}

/** The change points and accepted changes of a cell within the nights that are drawn. */
function eventsOf(id: string, { trends, changes, accepted }: CellHistory) {
  const points = trends.get(id) ?? [];
  const [first = 0, last = 0] = [points[0]?.number, points.at(-1)?.number];
  const inside = (night: number): boolean => night >= first && night <= last;
  return {
    points,
    changes: changes.filter((one) => one.id === id && inside(one.night)),
    accepted: accepted.filter((one) => one.id === id && inside(one.since)),
  };
}

/** A cell over the nights: a line for each segment, without what all cells of a night share; the times as measured, faint. */
export function trendChart(id: string, history: CellHistory, { colour, width, height }: Look): Markup {
  const { points, changes, accepted } = eventsOf(id, history);
  const values = points.flatMap(({ ms, level }) => [ms, level]);
  const [low, high] = [minimum(values), maximum(values)];
  const room = Math.max((high - low) * 0.12, high * 0.02);
  const years = new Set(points.map(({ date }) => date.slice(0, 4))).size;
  const dates = new Map(points.map(({ number, date }) => [number, years > 1 ? date.slice(0, 7) : date.slice(5)]));
  const lines = withRuns(points);
  const dots = (mark: TrendPoint['mark']) => points.filter((point) => point.mark === mark);
  const title = ({ date, ms }: TrendPoint) => `${date}: ${tickLabel(ms)} ms`;
  const [first, last] = [points[0]?.number ?? 0, latestOf(history.trends)];
  return chart(`Trend of ${id}, in milliseconds by night`, [tickLabel(high)], {
    ...{ width, height, marginTop: 22, marginRight: 16, marginLeft: 52 },
    x: { domain: [first, Math.max(last, first + 1)], label: 'night →' },
    y: { domain: [Math.max(0, low - room), high + room], label: '↑ ms', ticks: 5 },
    marks: [
      Plot.gridY({ ...GRID, ticks: 5 }),
      Plot.axisY({ tickFormat: tickLabel, tickSize: 3, ticks: 5 }),
      Plot.axisX({ ticks: ticks(points), tickFormat: (number: number) => dates.get(number) ?? '', tickSize: 3 }),
      Plot.ruleX(beginnings(points), { x: X, stroke: 'var(--ink)', strokeWidth: 1.5 }),
      Plot.ruleX(changes, { x: 'night', stroke: 'var(--warn)', strokeDasharray: '4 3' }),
      Plot.text(changes, {
        x: 'night',
        frameAnchor: 'top',
        dx: 4,
        textAnchor: 'start',
        fill: 'var(--warn)',
        text: ({ ratio }) => `×${ratio.toFixed(2)}`,
      }),
      Plot.ruleX(accepted, { x: 'since', stroke: 'var(--doubt)', strokeWidth: 1.5, strokeDasharray: '1 3' }),
      Plot.text(accepted, {
        x: 'since',
        frameAnchor: 'bottom',
        dx: 4,
        dy: -4,
        textAnchor: 'start',
        fill: 'var(--doubt)',
        text: () => 'accepted',
        title: ({ reason }) => reason,
      }),
      Plot.dot(points.filter(isMoved), { x: X, y: 'ms', r: 2, fill: 'var(--faint)' }),
      Plot.line(lines, { x: X, y: 'level', z: 'run', stroke: colour, strokeWidth: 1.5 }),
      Plot.dot(points, { x: X, y: 'level', r: 2.2, fill: colour, title }),
      Plot.dot([...dots('suspected'), ...dots('cleared')], {
        x: X,
        y: 'level',
        r: 4,
        stroke: 'var(--warn)',
        fill: 'none',
        strokeWidth: 1.5,
      }),
      Plot.dot(dots('slower'), { x: X, y: 'level', r: 4.5, symbol: 'diamond2', fill: 'var(--bad)' }),
    ],
  });
}

const coloured = (sign: string, colour: string): string => `<g style="color:var(--${colour})">${sign}</g>`;
const SMALL = '<circle cx="11" cy="6" r="2" fill="currentColor"/>';
const dashed = (dash: string): string =>
  `<path d="M11 0v12" stroke="currentColor" stroke-width="1.5" stroke-dasharray="${dash}"/>`;

/** What the signs of the trends of some cells mean: only those that are there. */
export function trendKey(ids: readonly string[], history: CellHistory): Markup {
  const all = ids.map((id) => eventsOf(id, history));
  const has = (test: (point: TrendPoint) => boolean): boolean => all.some(({ points }) => points.some(test));
  const entries: readonly (readonly [boolean, string, string])[] = [
    [true, SIGNS.dot, 'a night, without what all cells of it share'],
    [
      has(({ mark }) => mark === 'slower'),
      coloured('<path d="M11 1l5 5-5 5-5-5z" fill="currentColor"/>', 'bad'),
      'reported slower',
    ],
    [
      has(({ mark }) => mark === 'suspected' || mark === 'cleared'),
      coloured(SIGNS.hollow, 'warn'),
      'looked slower: not confirmed',
    ],
    [all.some(({ changes }) => changes.length > 0), coloured(dashed('4 3'), 'warn'), 'change point, new ÷ old level'],
    [
      all.some(({ accepted }) => accepted.length > 0),
      coloured(dashed('1 3'), 'doubt'),
      'a change since then is accepted',
    ],
    [
      all.some(({ points }) => beginnings(points).length > 0),
      SIGNS.tick,
      'another machine, adapter or driver: a new segment',
    ],
    [has(isMoved), coloured(SMALL, 'faint'), 'as measured, where the whole machine was slow'],
  ];
  return legend(entries.flatMap(([shown, sign, meaning]) => (shown ? [keyEntry(sign, meaning)] : [])));
}
