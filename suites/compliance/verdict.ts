import { differing } from '../contract/differing.ts';
import { cachingRatio, RATIO_THRESHOLD, seedRatio } from '../stats/caching.ts';
import type { Ratio } from '../stats/centre.ts';
import type { ComplianceResult } from './schema.ts';

const figures = ({ ratio, interval: [low, high] }: Ratio): string =>
  `${ratio.toFixed(2)} times as long (95 % interval ${low.toFixed(2)} to ${high.toFixed(2)})`;

/**
 * The first compliance test that fails, as text, or undefined. A ratio fails only where its whole interval is above the
 * limit.
 */
export function violation({ blocks, calls, stale, classified }: ComplianceResult): string | undefined {
  if (stale > 0) return `${stale} of ${calls} timed answers belong to another input: a stale result`;
  const misjudged = classified && differing(classified.differs, `of ${classified.images} timed images`);
  if (misjudged) return misjudged;
  const [caching, seeds] = [cachingRatio(blocks), seedRatio(blocks)];
  if (caching && caching.interval[0] > RATIO_THRESHOLD)
    return `fresh inputs take ${figures(caching)} as one input again and again: something is cached between calls`;
  if (seeds && (seeds.interval[0] > RATIO_THRESHOLD || seeds.interval[1] < 1 / RATIO_THRESHOLD))
    return `inputs of another seed take ${figures(seeds)} as those of the first`;
  return undefined;
}
