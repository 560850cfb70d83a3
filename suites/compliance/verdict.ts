import type { ResultOf } from '../result.ts';
import { cachingRatio, MOST, seedRatio } from '../stats/caching.ts';
import type { Ratio } from '../stats/centre.ts';

const figures = ({ ratio, interval: [low, high] }: Ratio): string =>
  `${ratio.toFixed(2)} times as long (95 % interval ${low.toFixed(2)} to ${high.toFixed(2)})`;

/** Images whose class is not PyTorch's, in words; undefined where there are none. `what` follows their number. */
export function differing(
  differs: readonly { readonly image: number; readonly expected: number; readonly got: number }[],
  what: string,
): string | undefined {
  const [one] = differs;
  return (
    one &&
    `${differs.length} ${what} differ from PyTorch; image ${one.image}: class ${one.got} instead of ${one.expected}`
  );
}

/** What timed calls are not as they must be, or undefined. An interval that reaches below the limit accuses nobody. */
export function breach({ blocks, calls, stale, classified }: ResultOf<'compliance'>): string | undefined {
  if (stale > 0) return `${stale} of ${calls} timed answers are another input's: a stale result`;
  const misjudged = classified && differing(classified.differs, `of ${classified.images} timed images`);
  if (misjudged) return misjudged;
  const [caching, seeds] = [cachingRatio(blocks), seedRatio(blocks)];
  if (caching && caching.interval[0] > MOST)
    return `fresh inputs take ${figures(caching)} as one input again and again: something is cached between calls`;
  if (seeds && (seeds.interval[0] > MOST || seeds.interval[1] < 1 / MOST))
    return `inputs of another seed take ${figures(seeds)} as those of the first`;
  return undefined;
}
