import { grouped } from '../../reference/collect.ts';
import type { Logits } from '../record/check.ts';
import { type CheckRow, checkRow, worstOf } from '../record/check-row.ts';
import type { ConformanceResult } from './schema.ts';

export type Conformance = {
  readonly suite: 'conformance';
  readonly checks: readonly CheckRow[];
  readonly worst: CheckRow | undefined;
  readonly untapped: string | undefined;
  /** The output for the first input, for comparison with other backends. */
  readonly logits: Logits | undefined;
};

export function conformance(results: readonly ConformanceResult[]): Conformance {
  const all = results.flatMap((result) => result.checks);
  const checks = [...grouped(all, ({ tensor }) => tensor).values()].flatMap(checkRow);
  const untapped = results.flatMap((result) => result.untapped ?? [])[0];
  const logits = results.flatMap((result) => result.logits ?? [])[0];
  return { suite: 'conformance', checks, worst: worstOf(checks), untapped, logits };
}
