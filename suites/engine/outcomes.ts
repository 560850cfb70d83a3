import type { VisitOutcome } from '../hosts/host.ts';
import { type Outcome, outcomeSchema } from '../record/record.ts';
import { judgeVisit, resultsOf } from './judge.ts';
import type { Group } from './runner.ts';

/** An outcome that the run file can hold, or that it cannot. */
function checked(outcome: Outcome, phase: string): Outcome {
  const { success, error } = outcomeSchema.safeParse(outcome);
  if (success) return outcome;
  return {
    status: 'crash',
    reason: `the visit sent a malformed result: ${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}`,
    phase,
  };
}

/** One outcome for every cell of a group. */
export const outcomesFor = ({ cells }: Group, outcome: Outcome): Map<string, Outcome> =>
  new Map(cells.map((cell) => [cell.suite, outcome]));

/** What came back from a host, as the outcome of each cell. */
export function outcomesOf(group: Group, outcome: VisitOutcome): Map<string, Outcome> {
  const { phase } = outcome;
  if (outcome.kind === 'timeout') return outcomesFor(group, { status: 'timeout', seconds: outcome.seconds, phase });
  if (outcome.kind === 'crash') return outcomesFor(group, { status: 'crash', reason: outcome.reason, phase });
  const { reply, facts } = outcome;
  if ('results' in reply) {
    const suites = group.cells.map((cell) => cell.suite);
    const judged = judgeVisit(group.row, suites, {
      placement: reply.placement,
      results: resultsOf(reply.results, facts),
    });
    return new Map([...judged].map(([suite, one]) => [suite, checked(one, phase)]));
  }
  const { error, fix } = reply;
  const [reason = 'no message'] = error.split('\n');
  return outcomesFor(
    group,
    fix === undefined ? { status: 'crash', reason, phase } : { status: 'unsupported', reason, fix },
  );
}

/** What a visit came to that did not end after an error that nothing awaited. */
export const strayOutcomes = (group: Group, { message }: Error): Map<string, Outcome> =>
  outcomesFor(group, {
    status: 'crash',
    reason: `an error outside of the visit: ${message.split('\n')[0]}`,
    phase: 'stray',
  });
