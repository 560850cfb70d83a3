import { itself, staleness } from '../contract/checks.ts';
import { settledFinding } from '../contract/settled-text.ts';
import type { Finding } from '../contract/suite.ts';
import type { Check } from '../record/check.ts';
import type { ConformanceResult } from './schema.ts';

/** In the order of the graph: a record has the logits first, then the stages. */
const inOrder = (checks: readonly Check[]): Check[] => [
  ...checks.filter(({ tensor }) => tensor !== 'logits'),
  ...checks.filter(({ tensor }) => tensor === 'logits'),
];

/**
 * `wrong` where values are wrong by kind, an output is stale, or a layer is proven wrong; `suspect`
 * where an output is beyond its limit otherwise. The first wrong tensor in the order of the graph is named.
 */
export function verdict({ checks, stale = 0, settled }: ConformanceResult): Finding {
  if (checks.length === 0) return { status: 'crash', reason: 'the visit returned no result', phase: 'reply' };
  const ordered = inOrder(checks);
  if (stale > 0) return staleness(stale);
  return settledFinding(ordered, itself, settled);
}
