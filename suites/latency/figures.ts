import { maximum, minimum } from '../../reference/collect.ts';
import { type Centre, centreOf, few } from '../stats/few.ts';
import { type Interval, median, quantile, samplesFor } from '../stats/quantiles.ts';
import { type Warning, warningsOf } from '../stats/steady.ts';
import type { LatencyResult } from './schema.ts';

/** Latency over all rounds, in milliseconds. */
export type Latency = {
  readonly suite: 'latency';
  /** The samples of every round, in time order. */
  readonly rounds: readonly (readonly number[])[];
  readonly samples: number;
  /** Median of the rounds' medians, and its 95 % interval. */
  readonly median: number;
  readonly interval: Interval | undefined;
  readonly min: number;
  /**
   * Median of the rounds' own percentiles. Undefined where a round has too few samples: 29 are needed for p90, 299 for
   * p99.
   */
  readonly p90: Centre | undefined;
  readonly p99: Centre | undefined;
  /** The clock's median step in milliseconds, and the largest number of calls that a sample is the mean of. */
  readonly granularity: number;
  readonly batch: number;
  /** Clock resolution as a share of a sample's time. */
  readonly resolution: number;
  /** Multiply-adds of a call, and the minimum of bytes that it moves. */
  readonly work: LatencyResult['work'];
  readonly warnings: readonly Warning[];
  /** Why the figure rests on too little data, or undefined. */
  readonly few: string | undefined;
};

export function latency(results: readonly LatencyResult[]): Latency {
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
    work: (results[0] as LatencyResult).work,
    warnings: warningsOf(rounds, resolution),
    few: few(rounds.length, all.length),
  };
}
