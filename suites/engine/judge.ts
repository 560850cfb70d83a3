import type { BackendRow } from '../contract/backend.ts';
import type { HostFacts } from '../contract/job.ts';
import type { Finding } from '../contract/suite.ts';
import type { Measured, VisitResult } from '../contract/visit.ts';
import type { Placement } from '../record/placement.ts';
import type { Outcome } from '../record/record.ts';
import { findSuite, type Result } from '../suites.ts';

/** Why the placement is not the device of the backend's row, or undefined. */
function misplaced(row: BackendRow, placement: Placement): string | undefined {
  if (placement.device === row.device) return undefined;
  const nodes = Object.entries(placement.nodes).map(([provider, count]) => `${count} on ${provider}`);
  return `requested ${row.device}, ran on ${placement.device}${nodes.length > 0 ? ` (nodes: ${nodes.join(', ')})` : ''}; proof: ${placement.proof}`;
}

const NO_RESULT = { status: 'crash', reason: 'the visit returned no result', phase: 'reply' } as const;

/** The verdict of a result's suite. */
const findingOf = (result: Result): Finding => findSuite(result.suite)?.verdict(result);

/** What a schema finds in a value that does not match it. */
type Mismatch = { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] };

/** Where a value does not match its schema, and how: `result.samples.0: Invalid input`. `name` is the value's own. */
export const mismatch = (name: string, { issues: [first] }: Mismatch): string =>
  `${[name, ...(first?.path ?? [])].join('.')}: ${first?.message}`;

/** The results of a visit that match their suites' schemas; and for each suite that sent another, the mismatch. */
type Completed = { readonly results: readonly Result[]; readonly mismatches: ReadonlyMap<string, string> };

/** Completes what suites measured with what their host knows, to results for the run file. */
export function completed(measured: readonly Measured[], facts: HostFacts): Completed {
  const results: Result[] = [];
  const mismatches = new Map<string, string>();
  for (const one of measured) {
    const suite = findSuite(one.suite);
    if (suite === undefined) continue;
    const result = suite.complete?.(one, facts) ?? one;
    const { success, error } = suite.schema.safeParse(result);
    if (success) results.push(result as Result);
    else mismatches.set(suite.id, mismatch('result', error));
  }
  return { results, mismatches };
}

/** The outcome of each cell of a visit. One wrong result makes all cells wrong, since they share a session. */
export function judgeVisit(
  row: BackendRow,
  suites: readonly string[],
  { placement, results }: VisitResult<Result>,
): Map<string, Outcome> {
  const found = new Map(results.map((result) => [result.suite as string, { result, finding: findingOf(result) }]));
  const wrong = [...found.values()].find(({ finding }) => finding?.status === 'wrong')?.finding;
  const fallback = misplaced(row, placement);
  const outcomes = new Map<string, Outcome>();
  for (const suite of suites) {
    const { result, finding } = found.get(suite) ?? {};
    if (result === undefined) outcomes.set(suite, NO_RESULT);
    else if (finding?.status === 'crash') outcomes.set(suite, finding);
    else if (wrong !== undefined) outcomes.set(suite, { status: 'wrong', reason: wrong.reason, placement, result });
    else if (fallback !== undefined) outcomes.set(suite, { status: 'fallback', reason: fallback, placement, result });
    else if (finding?.status === 'partial')
      outcomes.set(suite, { status: 'partial', reason: finding.reason, placement, result });
    else if (finding !== undefined) outcomes.set(suite, { status: 'unsupported', reason: finding.reason });
    else outcomes.set(suite, { status: 'ok', placement, result });
  }
  return outcomes;
}
