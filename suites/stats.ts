import { random } from '../reference/random.ts';

/** The q-quantile (0…1) of samples, linear between order statistics (Hyndman and Fan's type 7). NaN for none. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  return low === undefined || high === undefined ? Number.NaN : low + (high - low) * (at - Math.floor(at));
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

export type Interval = readonly [low: number, high: number];

/** Fewest rounds from which an interval over rounds is given. */
export const MIN_ROUNDS = 3;

/**
 * 95 % percentile-bootstrap interval for the median over rounds (Efron 1979): rounds are drawn with replacement,
 * and each counts as its own median, because samples within one process are correlated.
 * Undefined below MIN_ROUNDS. Deterministic for a seed.
 */
export function bootstrapInterval(rounds: readonly (readonly number[])[], seed: number): Interval | undefined {
  if (rounds.length < MIN_ROUNDS) return undefined;
  const medians = rounds.map(median);
  const next = random(seed);
  const draws = Array.from({ length: 2000 }, () =>
    median(medians.map(() => medians[Math.floor(next() * medians.length)] ?? Number.NaN)),
  );
  return [quantile(draws, 0.025), quantile(draws, 0.975)];
}

/** Wilson's 95 % score interval for k successes of n (Wilson 1927). [0, 1] for n = 0. */
export function wilson(k: number, n: number): Interval {
  if (n === 0) return [0, 1];
  const z = 1.959963984540054;
  const p = k / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
