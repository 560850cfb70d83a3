import type { Interval } from '../../suites/stats/quantiles.ts';
import type { Change } from './compare.ts';

/** A cell's main time, head ÷ base, with its verdict; undefined where no such times were compared. */
export function mainRatio({ findings }: Change):
  | {
      readonly verdict: Change['verdict'];
      readonly ratio: number;
      readonly interval: Interval;
      readonly threshold: number;
    }
  | undefined {
  for (const one of findings)
    if ('kind' in one && one.kind === 'main' && one.ratio !== undefined) {
      const { verdict, threshold, ratio } = one;
      return { verdict, threshold, ratio: ratio.ratio, interval: ratio.interval };
    }
  return undefined;
}
