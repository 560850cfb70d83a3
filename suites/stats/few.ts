import { centreInterval, MIN_ROUNDS } from './centre.ts';
import { count } from './format.ts';
import { type Interval, median } from './quantiles.ts';

/** Minimum of samples of a cell for a figure without a warning. */
const MIN_SAMPLES = 10;

/** The median over rounds of one figure per round, and its 95 % interval from MIN_ROUNDS rounds on. */
export type Centre = { readonly median: number; readonly interval: Interval | undefined };

/** The centre of one figure per round. `resolution` is the clock resolution as a share of the figure. */
export const centreOf = (figures: readonly number[], resolution: number): Centre => ({
  median: median(figures),
  interval: centreInterval(figures, resolution),
});

/** Why there are too few rounds or samples, or undefined where there are enough. */
export function few(rounds: number, samples: number): string | undefined {
  const reasons = [
    ...(rounds < MIN_ROUNDS ? [count(rounds, 'round')] : []),
    ...(samples < MIN_SAMPLES ? [count(samples, 'sample')] : []),
  ];
  return reasons.length > 0 ? reasons.join(', ') : undefined;
}
