import { samplesFor } from '../stats/quantiles.ts';
import type { Profile } from './profiles.ts';

/**
 * A scenario of MLPerf inference (MLPerf Inference Rules, "Scenarios"; TestScenario in LoadGen's test_settings.h),
 * answered by cells of `latency`: calls follow each other as queries do there, each when the one before is complete.
 */
export type Scenario = {
  readonly id: 'single-stream' | 'multi-stream' | 'offline';
  readonly metric: string;
  /** Images of a query, which is one call. */
  readonly batches: readonly number[];
  /** Which quantile of the queries' latencies is its metric; undefined where that is a throughput. */
  readonly quantile: number | undefined;
  /** Seconds of sampling in a round that its metric needs at least; 0 where the profile's do. */
  readonly samplingSeconds: number;
};

export const SINGLE_STREAM = {
  id: 'single-stream',
  metric: 'p90 latency of queries of one image',
  batches: [1],
  quantile: 0.9,
  samplingSeconds: 0,
} as const satisfies Scenario;

/** A p99 needs ten times the samples of a p90. */
export const MULTI_STREAM = {
  id: 'multi-stream',
  metric: 'p99 latency of queries of eight images',
  batches: [8],
  quantile: 0.99,
  samplingSeconds: 10,
} as const satisfies Scenario;

export const OFFLINE = {
  id: 'offline',
  metric: 'images per second, all of them at hand, at each batch',
  batches: [1, 2, 4, 8, 16, 32],
  quantile: undefined,
  samplingSeconds: 0,
} as const satisfies Scenario;

export const SCENARIOS: readonly Scenario[] = [SINGLE_STREAM, MULTI_STREAM, OFFLINE];

/** The batches of some scenarios, as a query has them. */
export const batchesOf = (scenarios: readonly Scenario[]): string[] =>
  [...new Set(scenarios.flatMap(({ batches }) => batches))].sort((a, b) => a - b).map((batch) => `b${batch}`);

/** The profile with the samples, and the seconds for them, that the scenarios' metrics need. */
export function profileFor(profile: Profile, scenarios: readonly Scenario[]): Profile {
  const wanted = scenarios.map(({ quantile }) => (quantile === undefined ? 0 : samplesFor(quantile)));
  const samplingSeconds = Math.max(profile.samplingSeconds, ...scenarios.map((one) => one.samplingSeconds));
  const more = samplingSeconds - profile.samplingSeconds;
  return {
    ...profile,
    samples: Math.max(profile.samples, ...wanted),
    samplingSeconds,
    visitSeconds: profile.visitSeconds + more,
    repeatSeconds: profile.repeatSeconds + more,
  };
}
