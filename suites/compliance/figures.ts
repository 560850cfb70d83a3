import { cachingRatio, seedRatio } from '../stats/caching.ts';
import type { Ratio } from '../stats/centre.ts';
import type { ComplianceResult } from './schema.ts';

/** What timed calls were found to be. */
export type Compliance = Omit<ComplianceResult, 'blocks'> & {
  readonly blocks: number;
  /** Fresh inputs ÷ one input again and again; another seed's ÷ the first's. Undefined where there are too few blocks. */
  readonly caching: Ratio | undefined;
  readonly seeds: Ratio | undefined;
};

/** The round of most blocks. */
export function compliance(results: readonly ComplianceResult[]): Compliance | undefined {
  const [most] = [...results].sort((a, b) => b.blocks.length - a.blocks.length);
  if (most === undefined) return undefined;
  const { blocks } = most;
  return { ...most, blocks: blocks.length, caching: cachingRatio(blocks), seeds: seedRatio(blocks) };
}
