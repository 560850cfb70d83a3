import * as Plot from '@observablehq/plot';
import { maximum } from '../../../reference/collect.ts';
import { hashName, random } from '../../../reference/random.ts';
import type { Latency } from '../../../suites/latency/figures.ts';
import { count, NONE, number } from '../../../suites/stats/format.ts';
import { type Interval, quantile } from '../../../suites/stats/quantiles.ts';
import { computes, measured, type Row } from '../../table/table.ts';
import { baseMedians } from '../kit/base.ts';
import { AXES, autoScale, chart, GRID, keyEntry, ROW, SIGNS, tickLabel } from '../kit/chart.ts';
import { html, type Markup } from '../kit/markup.ts';
import { amount, figure, type Page, prose, type Sheet, sheet } from '../kit/parts.ts';
import { domain, intervals, type Mark, type PanelRow, rowRules, values } from '../kit/rows.ts';
import { suiteSection } from '../kit/section.ts';

/** Most sample dots of a round: more would only be a smear, and make a large page. */
const MAX_DOTS = 40;

/** Samples thinned evenly by size: the least and the largest are kept. */
function thinned(samples: readonly number[]): number[] {
  if (samples.length <= MAX_DOTS) return [...samples];
  return Array.from({ length: MAX_DOTS }, (_, i) => quantile(samples, i / (MAX_DOTS - 1)));
}

/** Rounds lie on lines of their own within a row, and dots are jittered a little around them. */
function dots(rows: readonly PanelRow<Latency>[], round: number) {
  return rows.flatMap(({ session, row, figures }) => {
    const next = random(hashName(`${row.id} ${round}`));
    return thinned(figures?.rounds[round] ?? []).map((x) => ({ x, backend: session.backend, jitter: next() - 0.5 }));
  });
}

function panel(label: string, rows: readonly PanelRow<Latency>[], palette: Page['palette'], page: Page): Markup {
  const before = baseMedians(page);
  const shown = rows.flatMap(({ session, row, figures }) => (figures ? [{ ...figures, session, row }] : []));
  const scale = autoScale(
    shown.flatMap(({ rounds, median, interval, row }) => [
      ...rounds.flat(),
      ...(interval ?? []),
      ...[median, before.get(row.id) ?? median],
    ]),
    6,
  );
  // A clock too coarse for a call reads 0, which has no place on a log axis.
  const floor = (value: number) => Math.max(value, scale.domain[0]);
  const rounds = maximum(shown.map((one) => one.rounds.length));
  const marks = shown.map(({ session: { backend }, row: { status }, median, interval }): Mark => {
    const [low, high] = interval ?? [median, median];
    return {
      ...{ backend, value: floor(median), hollow: status !== 'ok' },
      interval: interval && [floor(low), floor(high)],
      title: `${backend}: ${number(median)} ms, ${status}`,
    };
  });
  return chart(`Latency of ${label} by backend, in milliseconds`, domain(rows), {
    width: 460,
    height: AXES + ROW * rows.length,
    x: { type: scale.type, domain: scale.domain, label: 'latency of one call (ms) →' },
    y: { domain: domain(rows), label: null, padding: 0.5 },
    marks: [
      Plot.gridX(scale.ticks, GRID),
      ...rowRules(rows),
      Plot.axisX(scale.ticks, { text: tickLabel, tickSize: 3 }),
      ...Array.from({ length: rounds }, (_, round) =>
        [-1, 1].map((side) =>
          Plot.dot(
            dots(rows, round).filter((one) => Math.sign(one.jitter || 1) === side),
            {
              x: (one) => floor(one.x),
              y: 'backend',
              r: 1.4,
              dy: ((round + 0.5) / rounds - 0.5) * 14 + side,
              fill: (one) => palette(one.backend),
              fillOpacity: 0.3,
            },
          ),
        ),
      ).flat(),
      ...intervals(marks, palette),
      Plot.tickX(
        shown.filter(({ row }) => before.has(row.id)),
        {
          x: ({ row }) => floor(before.get(row.id) ?? 0),
          y: ({ session }) => session.backend,
          stroke: 'var(--ink)',
          strokeWidth: 1.5,
        },
      ),
      ...values(rows, 'median (ms)', (one) => `${number(one.median)}${one.few ? '*' : ''}`),
    ],
  });
}

type Line = { readonly row: Row; readonly latency: Latency | undefined };

const table = (rows: readonly Row[]): Sheet => {
  const ms = (title: string, pick: (one: Latency) => number | undefined) =>
    figure<Line>(
      title,
      ({ latency }) => number((latency && pick(latency)) ?? Number.NaN),
      ({ latency }) => latency && pick(latency),
    );
  const interval = (title: string, pick: (one: Latency) => Interval | undefined) =>
    figure<Line>(
      title,
      ({ latency }) => (latency && pick(latency))?.map(number).join(' – ') ?? NONE,
      ({ latency }) => latency && pick(latency)?.[0],
    );
  return sheet<Line>(
    ({ row }) => row,
    [
      ms('Median (ms)', (one) => one.median),
      interval('Interval (ms)', (one) => one.interval),
      ms('Minimum (ms)', (one) => one.min),
      ms('p90 (ms)', (one) => one.p90?.median),
      interval('p90 interval (ms)', (one) => one.p90?.interval),
      ms('p99 (ms)', (one) => one.p99?.median),
      interval('p99 interval (ms)', (one) => one.p99?.interval),
      amount('Rounds', ({ latency }) => latency?.rounds.length),
      amount('Samples', ({ latency }) => latency?.samples),
      amount(
        'Clock (µs)',
        ({ latency }) => latency?.granularity,
        (ms) => number(1000 * ms),
      ),
      prose('Note', ({ row, latency }) => {
        const leftOut = row.leftOut > 0 ? [`${count(row.leftOut, 'round')} on another device left out`] : [];
        const batch = latency && latency.batch > 1 ? [`a sample is the mean of ${latency.batch} calls`] : [];
        const warnings = latency?.warnings.map((one) => one.text) ?? [];
        return [...(latency?.few ? [`few: ${latency.few}`] : []), ...leftOut, ...batch, ...warnings].join('; ');
      }),
    ],
    rows.map((row) => ({ row, latency: measured(row, 'latency') })),
  );
};

/** Latency per model and size. */
export const latency = suiteSection({
  suite: 'latency',
  title: 'Latency',
  missing: 'Latency was',
  query: 'latency',
  intro: 'The time of one call in steady state, from input in host memory to output in host memory. Lower is better.',
  legend: (page) => [
    keyEntry(SIGNS.dot, 'median of round medians'),
    keyEntry(SIGNS.interval, 'interval, from 3 rounds on'),
    keyEntry(SIGNS.faint, 'samples, a line for each round'),
    keyEntry(SIGNS.hollow, 'not ok: see its status'),
    ...(baseMedians(page).size > 0 ? [keyEntry(SIGNS.tick, 'median of the baseline run')] : []),
    html`<span>* few rounds or samples</span>`,
  ],
  layout: 'panels',
  plot: panel,
  // A backend that computes nothing would stretch every axis by orders of magnitude: it has a line of its own.
  isDrawn: computes,
  notes({ rows }) {
    const nothing = rows.filter((row) => !computes(row)).flatMap((row) => measured(row, 'latency')?.median ?? []);
    const overhead =
      nothing.length > 0
        ? ` The backend null, which computes nothing, took at most ${number(maximum(nothing))} ms: the harness’s overhead per call.`
        : '';
    return `Each panel has its own axis: linear from 0, or logarithmic where times differ more than twentyfold. At most ${MAX_DOTS} samples of a round are drawn; the figures use all.${overhead}`;
  },
  sheet: table,
  // A cell's own samples are drawn elsewhere in its view.
  cell: ({ rows }) => table(rows).facts(),
});
