import type { BackendRow } from '../contract/backend.ts';
import type { HostFacts } from '../contract/job.ts';
import type { Finding } from '../contract/suite.ts';
import type { Measured, VisitResult } from '../contract/visit.ts';
import type { Placement } from '../record/placement.ts';
import type { Outcome } from '../record/record.ts';
import { findSuite, type Result } from '../suites.ts';

/** Why the placement is not what the backend's row asks for, or undefined. */
function misplaced(row: BackendRow, placement: Placement): string | undefined {
  if (placement.device === row.device) return undefined;
  const nodes = Object.entries(placement.nodes).map(([provider, count]) => `${count} on ${provider}`);
  return `asked for ${row.device}, ran on ${placement.device}${nodes.length > 0 ? ` (nodes: ${nodes.join(', ')})` : ''}; proof: ${placement.proof}`;
}

const NO_RESULT = { status: 'crash', reason: 'the visit sent no result', phase: 'reply' } as const;

/** What a suite finds in its result. */
const findingOf = (result: Result): Finding => findSuite(result.suite)?.verdict(result);

/** Results for the run file, of what suites measured and their host knows: a visit that sends something else sent none. */
export const resultsOf = (results: readonly Measured[], facts: HostFacts): Result[] =>
  results.flatMap((measured) => {
    const suite = findSuite(measured.suite);
    const result = suite?.complete?.(measured, facts) ?? measured;
    return suite?.schema.safeParse(result).success ? [result as Result] : [];
  });

/** The outcome of each of a visit's cells. One wrong result makes all wrong: they are of one session. */
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
    else if (finding !== undefined) outcomes.set(suite, { status: 'unsupported', reason: finding.reason });
    else outcomes.set(suite, { status: 'ok', placement, result });
  }
  return outcomes;
}
