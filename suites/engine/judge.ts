import type { BackendRow } from '../contract/backend.ts';
import type { HostFacts } from '../contract/job.ts';
import type { Finding } from '../contract/suite.ts';
import type { Measured, VisitResult } from '../contract/visit.ts';
import type { Placement } from '../record/placement.ts';
import type { Outcome } from '../record/record.ts';
import { spreadReason } from '../record/spread.ts';
import { findSuite, type Result } from '../suites.ts';

/** Why the placement is not the device of the backend's row, or undefined. */
function misplaced(row: BackendRow, placement: Placement): string | undefined {
  if (placement.device === row.device) return undefined;
  const nodes = Object.entries(placement.nodes).map(([provider, count]) => `${count} on ${provider}`);
  return `requested ${row.device}, ran on ${placement.device}${nodes.length > 0 ? ` (nodes: ${nodes.join(', ')})` : ''}; proof: ${placement.proof}`;
}

const NO_RESULT = { status: 'crash', reason: 'the visit returned no result', phase: 'reply' } as const;

/** What is said of a session's outputs, the worst first. */
const SPREADING = ['wrong', 'suspect'] as const;

/** A result with its suite's verdicts: on the session, and on what it measured apart. */
type Judged = { readonly result: Result; readonly finding: Finding; readonly apart: Finding };

function judgedOf(result: Result): Judged {
  const suite = findSuite(result.suite);
  return { result, finding: suite?.verdict(result), apart: suite?.verdictApart?.(result) };
}

/** What makes a cell `status`: its own finding first, else that of another suite of its session; undefined if nothing. */
function spread(status: (typeof SPREADING)[number], own: Judged, all: readonly Judged[]): string | undefined {
  const reasonOf = (finding: Finding) => (finding?.status === status ? finding.reason : undefined);
  const itself = reasonOf(own.finding) ?? reasonOf(own.apart);
  if (itself !== undefined) return itself;
  const other = all.find(({ finding }) => finding?.status === status);
  return other && spreadReason(status, other.result.suite, reasonOf(other.finding) ?? '');
}

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

/**
 * The outcome of each cell of a visit. A wrong or suspect output of their session applies to all its cells, each with a
 * reason of its own: a time of a wrong answer is no result.
 */
export function judgeVisit(
  row: BackendRow,
  suites: readonly string[],
  { placement, results }: VisitResult<Result>,
): Map<string, Outcome> {
  const all = results.map(judgedOf);
  const fallback = misplaced(row, placement);
  const outcomeOf = (own: Judged): Outcome => {
    const { result, finding } = own;
    if (finding?.status === 'crash') return finding;
    for (const status of SPREADING) {
      const reason = spread(status, own, all);
      if (reason !== undefined) return { status, reason, placement, result };
    }
    if (fallback !== undefined) return { status: 'fallback', reason: fallback, placement, result };
    if (finding?.status === 'partial') return { status: 'partial', reason: finding.reason, placement, result };
    if (finding !== undefined) return { status: 'unsupported', reason: finding.reason };
    return { status: 'ok', placement, result };
  };
  return new Map(
    suites.map((suite) => {
      const own = all.find(({ result }) => result.suite === suite);
      return [suite, own === undefined ? NO_RESULT : outcomeOf(own)];
    }),
  );
}
