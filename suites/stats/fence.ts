import { median } from './quantiles.ts';

/** The middle and the spread of values that have outliers. */
export type Fence = { readonly centre: number; readonly spread: number };

/** The median absolute deviation times this estimates a normal standard deviation. */
const NORMAL = 1.4826;

/**
 * Median and scaled median absolute deviation. The deviation is too small for few values; n ÷ (n − 0.8) corrects it
 * (Croux and Rousseeuw 1992). NaN without values.
 */
export function fenceOf(values: readonly number[]): Fence {
  const centre = median(values);
  const n = values.length;
  const small = n > 1 ? n / (n - 0.8) : 1;
  return { centre, spread: small * NORMAL * median(values.map((value) => Math.abs(value - centre))) };
}

/** The median of values with weights: half of the total weight is at or below it. NaN without values. */
export function weightedMedian(values: readonly { readonly value: number; readonly weight: number }[]): number {
  const sorted = [...values].sort((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let below = 0;
  for (const [i, { value, weight }] of sorted.entries()) {
    below += weight;
    // Exactly half below: the middle of the two values around it, as for an even number of equal weights.
    if (Math.abs(below - half) < 1e-9 * half) return (value + (sorted[i + 1]?.value ?? value)) / 2;
    if (below > half) return value;
  }
  return Number.NaN;
}
