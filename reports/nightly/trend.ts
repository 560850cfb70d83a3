import * as Plot from '@observablehq/plot';
import { maximum, minimum } from '../../reference/collect.ts';
import type { LevelChange } from '../../suites/nightly/changes.ts';
import type { TrendPoint } from '../../suites/nightly/report.ts';
import { chart, GRID, keyEntry, legend, SIGNS, tickLabel } from '../html/kit/chart.ts';
import type { Markup } from '../html/kit/markup.ts';

/** Pixels. */
const SIZE = { width: 540, height: 190 };

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

/** A cell over the nights: a line for each segment, without what all cells of a night share; the times as measured, faint. */
export function trendChart(
  id: string,
  points: readonly TrendPoint[],
  changes: readonly LevelChange[],
  colour: string,
): Markup {
  const values = points.flatMap(({ ms, level }) => [ms, level]);
  const [low, high] = [minimum(values), maximum(values)];
  const room = Math.max((high - low) * 0.12, high * 0.02);
  const dates = new Map(points.map(({ number, date }) => [number, date.slice(5)]));
  const lines = withRuns(points);
  const moved = points.filter(({ ms, level }) => Math.abs(ms / level - 1) > 0.01);
  const dots = (mark: TrendPoint['mark']) => points.filter((point) => point.mark === mark);
  const title = ({ date, ms }: TrendPoint) => `${date}: ${tickLabel(ms)} ms`;
  return chart(`Trend of ${id}, in milliseconds by night`, [tickLabel(high)], {
    ...SIZE,
    marginRight: 16,
    marginLeft: 52,
    x: {
      domain: [points[0]?.number ?? 0, Math.max(points.at(-1)?.number ?? 1, (points[0]?.number ?? 0) + 1)],
      label: null,
    },
    y: { domain: [Math.max(0, low - room), high + room], label: 'ms', ticks: 5 },
    marks: [
      Plot.gridY({ ...GRID, ticks: 5 }),
      Plot.axisY({ tickFormat: tickLabel, tickSize: 3, ticks: 5, label: 'ms' }),
      Plot.axisX({
        ticks: ticks(points),
        tickFormat: (number: number) => dates.get(number) ?? '',
        tickSize: 3,
        label: null,
      }),
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
      Plot.dot(moved, { x: X, y: 'ms', r: 1.5, fill: 'var(--faint)' }),
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
      Plot.dot(dots('slower'), { x: X, y: 'level', r: 4, fill: 'var(--bad)' }),
    ],
  });
}

const coloured = (sign: string, colour: string): string => `<g style="color:var(--${colour})">${sign}</g>`;

/** What the signs of the trends mean. */
export const trendKey = (): Markup =>
  legend([
    keyEntry(coloured(SIGNS.dot, 'bad'), 'reported slower'),
    keyEntry(coloured(SIGNS.hollow, 'warn'), 'looked slower: not confirmed'),
    keyEntry(
      coloured('<path d="M11 0v12" stroke="currentColor" stroke-dasharray="4 3"/>', 'warn'),
      'change point, new ÷ old level',
    ),
    keyEntry(SIGNS.tick, 'another machine, adapter or driver'),
    keyEntry(coloured(SIGNS.faint, 'faint'), 'as measured, where the whole machine was slow'),
  ]);
