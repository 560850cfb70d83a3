import { OVERFLOW } from '../float32.ts';

/**
 * The indices of the `k` largest of `count` values from `offset`, best first. Equal values are ordered by index; NaN is
 * left out.
 */
export function top(values: ArrayLike<number>, offset: number, count: number, k: number): number[] {
  const best: number[] = [];
  // Sorting all costs more than inference does where a small network has a thousand classes.
  for (let i = 0; i < count; i++) {
    const value = values[offset + i] as number;
    const isIn = best.length < k || value > (values[offset + (best[k - 1] as number)] as number);
    if (!isIn || Number.isNaN(value)) continue;
    let place = Math.min(best.length, k - 1);
    for (; place > 0 && value > (values[offset + (best[place - 1] as number)] as number); place--)
      best[place] = best[place - 1] as number;
    best[place] = i;
  }
  return best;
}

/** How many of `count` values rank before `label`: it is in the Top-k where this is below k. NaN ranks last. */
export function rank(values: ArrayLike<number>, offset: number, count: number, label: number): number {
  const value = values[offset + label] as number;
  if (!(label < count) || Number.isNaN(value)) return count;
  let before = 0;
  for (let i = 0; i < count; i++) {
    const other = values[offset + i] as number;
    if (other > value || (other === value && i < label)) before++;
  }
  return before;
}

/** Number of images whose decision agrees with the truth's, and number of images that the truth decides. */
export type Agreement = { readonly agree: number; readonly of: number };

/** The joint agreement of two sets of images. */
export const bothOf = (a: Agreement, b: Agreement): Agreement => ({ agree: a.agree + b.agree, of: a.of + b.of });

/** The value, or infinity where it is beyond float32's range: two such logits are a tie. */
const inFloat32 = (value: number): number => (Math.abs(value) < OVERFLOW ? value : value * Infinity);

/**
 * Top-k agreement, as sets, over a batch of logits [n, classes]. The truth of an image decides where each of its best k
 * classes leads every other class by more than the sum of their two bounds, so that rounding cannot exchange them.
 * Images that the truth does not decide are not counted; with at most k classes, none is.
 */
export function agreement(
  output: ArrayLike<number>,
  { truth, allowed }: { readonly truth: ArrayLike<number>; readonly allowed: ArrayLike<number> },
  classes: number,
  k: number,
): Agreement {
  let agree = 0;
  let of = 0;
  for (let at = 0; classes > k && at < truth.length; at += classes) {
    const best = new Set(top(truth, at, classes, k));
    let lowest = Infinity;
    let highest = -Infinity;
    // Math.min and Math.max propagate NaN: then nothing is decided.
    for (let i = 0; i < classes; i++) {
      const [value, bound] = [inFloat32(truth[at + i] as number), allowed[at + i] as number];
      if (best.has(i)) lowest = Math.min(lowest, value - bound);
      else highest = Math.max(highest, value + bound);
    }
    if (!(lowest > highest)) continue;
    of++;
    const chosen = top(output, at, classes, k);
    if (chosen.length === k && chosen.every((i) => best.has(i))) agree++;
  }
  return { agree, of };
}
