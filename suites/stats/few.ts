import { centreInterval, MIN_ROUNDS } from './centre.ts';
import { count } from './format.ts';
import { type Interval, median } from './quantiles.ts';

/** Fewest samples of a cell for a figure without a warning. */
const MIN_SAMPLES = 10;

/** The median over rounds of one figure of each, and its 95 % interval from MIN_ROUNDS rounds on. */
export type Centre = { readonly median: number; readonly interval: Interval | undefined };

/** The centre of one figure of each round; `resolution` is how finely the clock tells it, relative to it. */
export const centreOf = (figures: readonly number[], resolution: number): Centre => ({
  median: median(figures),
  interval: centreInterval(figures, resolution),
});

/** Why so many rounds and samples are few, or undefined. */
export function few(rounds: number, samples: number, short: boolean): string | undefined {
  const reasons = [
    ...(rounds < MIN_ROUNDS ? [count(rounds, 'round')] : []),
    ...(samples < MIN_SAMPLES ? [count(samples, 'sample')] : []),
    ...(short ? ['budget ended sampling'] : []),
  ];
  return reasons.length > 0 ? reasons.join(', ') : undefined;
}
