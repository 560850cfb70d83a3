/** The q-quantile (0…1) of samples, linear between order statistics (Hyndman and Fan's type 7). NaN without samples. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = Float64Array.from(samples).sort();
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  return low === undefined || high === undefined ? Number.NaN : low + (high - low) * (at - Math.floor(at));
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

/**
 * Minimum of samples for a high quantile. With fewer, even the largest sample is below the population's quantile with
 * more than 5 % probability (Wilks 1941). 29 for q = 0.9, 299 for q = 0.99.
 */
export const samplesFor = (q: number): number => Math.ceil(Math.log(0.05) / Math.log(q));

export type Interval = readonly [low: number, high: number];

/** Whether an interval's half-width is at most `share` of its middle. */
export const isWithin = ([low, high]: Interval, share: number): boolean => high / low <= (1 + share) / (1 - share);

/** The 97.5 % quantile of the standard normal distribution. */
export const Z95 = 1.959963984540054;

/** Wilson's 95 % score interval for k successes of n (Wilson 1927). [0, 1] for n = 0. */
export function wilson(k: number, n: number): Interval {
  if (n === 0) return [0, 1];
  const z = Z95;
  const p = k / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
