import { type Interval, Z95 } from './quantiles.ts';

/** Change per step, and its 95 % interval. */
export type Slope = { readonly slope: number; readonly interval: Interval };

/** Minimum of points for a slope. */
const MIN_POINTS = 10;

/**
 * The Theil–Sen slope of values at equal steps: the median of all pairs' slopes, with Sen's interval (Sen 1968, JASA
 * 63: Kendall's statistic in its normal approximation, no ties). Outliers, such as one garbage collection, hardly move
 * it. It assumes that the deviations from the line are independent. Undefined below MIN_POINTS.
 */
export function theilSen(values: readonly number[]): Slope | undefined {
  const n = values.length;
  if (n < MIN_POINTS) return undefined;
  const slopes: number[] = [];
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) slopes.push(((values[j] as number) - (values[i] as number)) / (j - i));
  slopes.sort((a, b) => a - b);
  const pairs = slopes.length;
  const half = (Z95 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18)) / 2;
  const at = (index: number) => slopes[Math.min(pairs - 1, Math.max(0, index))] as number;
  const middle = (pairs - 1) / 2;
  return {
    slope: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    interval: [at(Math.floor(pairs / 2 - half)), at(Math.ceil(pairs / 2 + half))],
  };
}
