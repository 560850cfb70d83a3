import type { Defect } from '../backends/defects.ts';
import type { VisitOutcome } from '../hosts/host.ts';
import { placementSchema } from '../record/placement.ts';
import type { Outcome } from '../record/record.ts';
import { completed, judgeVisit, mismatch } from './judge.ts';
import type { Group } from './runner.ts';

/** The outcome of a visit, or of a cell, that sent something else than the run file may hold. */
const malformed = (what: string, phase: string): Outcome => ({
  status: 'crash',
  reason: `the visit sent a malformed result: ${what}`,
  phase,
});

/** One outcome for every cell of a group. */
export const outcomesFor = ({ cells }: Group, outcome: Outcome): Map<string, Outcome> =>
  new Map(cells.map((cell) => [cell.suite, outcome]));

/** Converts a host's reply to the outcome of each cell. */
export function outcomesOf(group: Group, outcome: VisitOutcome): Map<string, Outcome> {
  const { phase } = outcome;
  if (outcome.kind === 'timeout') return outcomesFor(group, { status: 'timeout', seconds: outcome.seconds, phase });
  if (outcome.kind === 'crash') return outcomesFor(group, { status: 'crash', reason: outcome.reason, phase });
  const { reply, facts } = outcome;
  if ('results' in reply) {
    const { placement } = reply;
    const placed = placementSchema.safeParse(placement);
    if (!placed.success) return outcomesFor(group, malformed(mismatch('placement', placed.error), phase));
    const suites = group.cells.map((cell) => cell.suite);
    const { results, mismatches } = completed(reply.results, facts);
    const outcomes = judgeVisit(group.row, suites, { placement, results });
    for (const suite of suites) {
      const what = mismatches.get(suite);
      if (what !== undefined) outcomes.set(suite, malformed(what, phase));
    }
    return outcomes;
  }
  const { error, fix } = reply;
  const [reason = 'no message'] = error.split('\n');
  return outcomesFor(
    group,
    fix === undefined ? { status: 'crash', reason, phase } : { status: 'unsupported', reason, fix },
  );
}

/** The outcomes, wrong ones with the known defects that the network may show: it need not be the cause. */
export function withDefects(outcomes: ReadonlyMap<string, Outcome>, defects: readonly Defect[]): Map<string, Outcome> {
  const known = defects.map(({ what, versions }) => `version ${versions.join(', ')} ${what}`).join('; ');
  const told = (outcome: Outcome): Outcome =>
    outcome.status !== 'wrong' || known === ''
      ? outcome
      : { ...outcome, reason: `${outcome.reason}; perhaps a known defect: ${known}` };
  return new Map([...outcomes].map(([suite, outcome]) => [suite, told(outcome)]));
}

/** The outcomes of a visit that did not end after a stray error. */
export const strayOutcomes = (group: Group, { message }: Error): Map<string, Outcome> =>
  outcomesFor(group, {
    status: 'crash',
    reason: `an error outside of the visit: ${message.split('\n')[0]}`,
    phase: 'stray',
  });
