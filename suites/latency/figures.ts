import { maximum, minimum } from '../../reference/collect.ts';
import type { ResultOf } from '../result.ts';
import { centreInterval, MIN_ROUNDS } from '../stats/centre.ts';
import { count } from '../stats/format.ts';
import { type Interval, median, quantile, samplesFor } from '../stats/quantiles.ts';
import { type Warning, warningsOf } from '../stats/steady.ts';

/** Fewest samples of a cell for a figure without a warning. */
const MIN_SAMPLES = 10;

/** The median over rounds of one figure of each, and its 95 % interval from MIN_ROUNDS rounds on. */
export type Centre = { readonly median: number; readonly interval: Interval | undefined };

/** The centre of one figure of each round; `resolution` is how finely the clock tells it, relative to it. */
export const centreOf = (figures: readonly number[], resolution: number): Centre => ({
  median: median(figures),
  interval: centreInterval(figures, resolution),
});

/** Times in milliseconds over all rounds. */
export type Latency = {
  readonly suite: 'latency';
  /** The samples of every round, in time order. */
  readonly rounds: readonly (readonly number[])[];
  readonly samples: number;
  /** Median of the rounds' medians, and its interval. */
  readonly median: number;
  readonly interval: Interval | undefined;
  readonly min: number;
  /** Of the rounds' own percentiles; undefined where a round has too few samples: 29 for p90, 299 for p99. */
  readonly p90: Centre | undefined;
  readonly p99: Centre | undefined;
  /** Milliseconds: the median step of the clock, and the most calls that a sample is the mean of. */
  readonly granularity: number;
  readonly batch: number;
  /** How finely the clock tells a sample's time, relative to it. */
  readonly resolution: number;
  /** Multiply-adds of a call, and the least bytes that it moves. */
  readonly work: ResultOf<'latency'>['work'];
  readonly warnings: readonly Warning[];
  /** Why the figure stands on little, or undefined. */
  readonly few: string | undefined;
};

/** Why so many rounds and samples are few, or undefined. */
export function few(rounds: number, samples: number, short: boolean): string | undefined {
  const reasons = [
    ...(rounds < MIN_ROUNDS ? [count(rounds, 'round')] : []),
    ...(samples < MIN_SAMPLES ? [count(samples, 'sample')] : []),
    ...(short ? ['budget ended sampling'] : []),
  ];
  return reasons.length > 0 ? reasons.join(', ') : undefined;
}

export function latency(results: readonly ResultOf<'latency'>[]): Latency {
  const rounds = results.map((result) => result.samples);
  const all = rounds.flat();
  const granularity = maximum(results.map(({ clock }) => clock.granularity));
  const resolution = Math.max(
    ...results.map(({ samples, batch, clock }) => clock.granularity / (batch * median(samples))),
  );
  const over = (pick: (samples: readonly number[]) => number): Centre => centreOf(rounds.map(pick), resolution);
  const tail = (q: number) =>
    rounds.every((samples) => samples.length >= samplesFor(q)) ? over((samples) => quantile(samples, q)) : undefined;
  return {
    suite: 'latency',
    rounds,
    samples: all.length,
    ...over(median),
    min: minimum(all),
    p90: tail(0.9),
    p99: tail(0.99),
    granularity,
    batch: maximum(results.map((result) => result.batch)),
    resolution,
    work: (results[0] as ResultOf<'latency'>).work,
    warnings: warningsOf(rounds, resolution),
    few: few(
      rounds.length,
      all.length,
      results.some((result) => result.short),
    ),
  };
}
