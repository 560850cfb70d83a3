import { type CellFacts, type Column, type Criterion, columnsFrom, type Headline } from '../contract/suite.ts';
import { centreOf } from '../stats/few.ts';
import { number } from '../stats/format.ts';
import { flopsOf, ratesOf } from '../stats/rates.ts';
import type { Latency } from './figures.ts';

/** Images per second; undefined for a backend that computes nothing. */
const rate = (latency: Latency, { batch, computes }: CellFacts) =>
  computes ? centreOf(ratesOf(latency, batch), latency.resolution) : undefined;

export const columns: readonly Column<Latency>[] = [
  ...columnsFrom<Latency>(12, [
    ['latency_median_ms', ({ median }) => median],
    ['latency_interval_low_ms', ({ interval }) => interval?.[0]],
    ['latency_interval_high_ms', ({ interval }) => interval?.[1]],
    ['latency_min_ms', ({ min }) => min],
    ['latency_p90_ms', ({ p90 }) => p90?.median],
    ['latency_rounds', ({ rounds }) => rounds.length],
    ['latency_samples', ({ samples }) => samples],
    ['latency_few', ({ few }) => few],
  ]),
  ...columnsFrom<Latency>(84, [
    ['latency_p90_interval_low_ms', ({ p90 }) => p90?.interval?.[0]],
    ['latency_p90_interval_high_ms', ({ p90 }) => p90?.interval?.[1]],
    ['latency_p99_ms', ({ p99 }) => p99?.median],
    ['latency_p99_interval_low_ms', ({ p99 }) => p99?.interval?.[0]],
    ['latency_p99_interval_high_ms', ({ p99 }) => p99?.interval?.[1]],
    ['latency_calls_per_sample', ({ batch }) => batch],
    ['clock_granularity_ms', ({ granularity }) => granularity],
    ['latency_warnings', ({ warnings }) => warnings.map((one) => `${one.kind}: ${one.text}`).join('; ')],
    ['multiply_adds', ({ work }) => work.macs],
    ['least_bytes_moved', ({ work }) => work.bytes],
  ]),
  ...columnsFrom<Latency>(163, [
    ['throughput_images_per_s', (one, cell) => rate(one, cell)?.median],
    ['throughput_interval_low_images_per_s', (one, cell) => rate(one, cell)?.interval?.[0]],
    ['throughput_interval_high_images_per_s', (one, cell) => rate(one, cell)?.interval?.[1]],
  ]),
];

export const headlines: readonly Headline<Latency>[] = [
  {
    title: 'latency ms',
    place: 0,
    spare: 1,
    legend: 'latency: median of round medians',
    text: ({ median, few }) => `${number(median)}${few ? '*' : ''}`,
  },
  {
    title: '±%',
    place: 1,
    spare: 6,
    legend: '±%: half the 95 % interval',
    text: ({ interval, median }) =>
      interval && median ? number((50 * (interval[1] - interval[0])) / median) : undefined,
  },
  {
    title: 'GFLOP/s',
    place: 6,
    spare: 8,
    // A backend that computes nothing has no rate of computing.
    text: (latency, { computes }) => (computes ? number(flopsOf(latency) / 1e9) : undefined),
  },
];

export const criteria: readonly Criterion<Latency>[] = [
  {
    id: 'warm',
    title: 'Warm latency',
    unit: 'ms',
    place: 0,
    better: 'less',
    value: ({ median }) => median,
    interval: ({ interval }) => interval,
    text: ({ median }) => number(median),
  },
];
