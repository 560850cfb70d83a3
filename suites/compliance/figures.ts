import { cachingRatio, seedRatio } from '../stats/caching.ts';
import type { Ratio } from '../stats/centre.ts';
import type { ComplianceResult } from './schema.ts';

/** What the compliance tests found about the timed calls. */
export type Compliance = Omit<ComplianceResult, 'blocks'> & {
  readonly blocks: number;
  /**
   * Time ratios: fresh inputs ÷ one repeated input, and inputs of another seed ÷ those of the first. Undefined where
   * there are too few blocks.
   */
  readonly caching: Ratio | undefined;
  readonly seeds: Ratio | undefined;
};

/** The round with the most blocks. */
export function compliance(results: readonly ComplianceResult[]): Compliance | undefined {
  const [most] = [...results].sort((a, b) => b.blocks.length - a.blocks.length);
  if (most === undefined) return undefined;
  const { blocks } = most;
  return { ...most, blocks: blocks.length, caching: cachingRatio(blocks), seeds: seedRatio(blocks) };
}
