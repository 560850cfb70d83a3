import { itself, LOCATE, suspect, wrong } from '../contract/checks.ts';
import { differing } from '../contract/differing.ts';
import { settledFinding } from '../contract/settled-text.ts';
import type { Finding } from '../contract/suite.ts';
import { cachingRatio, RATIO_THRESHOLD, seedRatio } from '../stats/caching.ts';
import type { Ratio } from '../stats/centre.ts';
import type { ComplianceResult } from './schema.ts';

const figures = ({ ratio, interval: [low, high] }: Ratio): string =>
  `${ratio.toFixed(2)} times as long (95 % interval ${low.toFixed(2)} to ${high.toFixed(2)})`;

/** What would decide about times: an interval covers its ratio in 95 % of runs only. */
const AGAIN = 'not proven: run it again on an idle machine';

/** The first compliance test that times fail, as text, or undefined: where a ratio's whole interval is above the limit. */
function slowness({ blocks }: ComplianceResult): string | undefined {
  const [caching, seeds] = [cachingRatio(blocks), seedRatio(blocks)];
  if (caching && caching.interval[0] > RATIO_THRESHOLD)
    return `fresh inputs take ${figures(caching)} as one input again and again: something is cached between calls; ${AGAIN}`;
  if (seeds && (seeds.interval[0] > RATIO_THRESHOLD || seeds.interval[1] < 1 / RATIO_THRESHOLD))
    return `inputs of another seed take ${figures(seeds)} as those of the first; ${AGAIN}`;
  return undefined;
}

/**
 * `wrong` where an answer is wrong by kind or belongs to another input. `suspect` where an answer is beyond its limit, a
 * class is not PyTorch's, or times show a cache or a preferred seed: none of these is a proof.
 */
export function verdict(result: ComplianceResult): Finding {
  const { calls, stale, nonfinite = 0, classified, checks, settled } = result;
  const output = settledFinding(checks, itself, settled);
  if (output?.status === 'wrong') return output;
  if (stale > 0) return wrong(`${stale} of ${calls} timed answers belong to another input: a stale result`);
  const unusable =
    nonfinite > 0
      ? `${nonfinite} of ${calls} timed answers have a NaN or an infinity; not proven wrong, since their inputs have no truth: ${LOCATE}`
      : undefined;
  const misjudged = classified ? differing(classified.differs, `of ${classified.images} timed images`) : undefined;
  return output ?? suspect(unusable ?? misjudged ?? slowness(result));
}
