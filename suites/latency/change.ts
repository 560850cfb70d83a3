import type { Change } from '../contract/change.ts';
import { median, quantile, samplesFor } from '../stats/quantiles.ts';
import type { Latency } from './figures.ts';

const mean = (samples: readonly number[]) => samples.reduce((sum, sample) => sum + sample, 0) / samples.length;

/** A percentile of each round; null where a round has too few samples for it. */
const tail = (rounds: Latency['rounds'], q: number) =>
  rounds.map((samples) => (samples.length >= samplesFor(q) ? quantile(samples, q) : null));

/** The median decides. The mean and the percentiles show slow calls, which a median does not. */
export const change: Change<Latency> = {
  unchanged: 'same time',
  times: ({ rounds, resolution }) => [
    { metric: 'latency_median_ms', kind: 'main', times: rounds.map(median), resolution },
    { metric: 'latency_mean_ms', kind: 'tail', times: rounds.map(mean), resolution },
    { metric: 'latency_p90_ms', kind: 'tail', times: tail(rounds, 0.9), resolution },
    { metric: 'latency_p99_ms', kind: 'tail', times: tail(rounds, 0.99), resolution },
  ],
};
