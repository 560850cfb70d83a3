import { cellFields } from '../plan/cell.ts';
import type { Outcome } from '../record/record.ts';
import { findSuite } from '../suites.ts';
import type { PastVisit } from './history.ts';
import type { Group } from './runner.ts';

/** What the cells of one session have in common with those of other backends. */
const caseOf = ({ cells: [cell] }: Pick<Group, 'cells'>): string =>
  cell === undefined ? '' : cellFields(cell).slice(1, -1).join(':');

/** The answers of the first right visit of each case, with which visits of later backends compare theirs. */
export type EarlierAnswers = {
  of(group: Pick<Group, 'cells'>): readonly number[] | undefined;
  keep(group: Pick<Group, 'cells'>, outcomes: ReadonlyMap<string, Outcome>): void;
};

/** `past`: visits of these groups in earlier parts of the run. */
export function earlierAnswers(groups: readonly Group[], past: readonly PastVisit[]): EarlierAnswers {
  const known = new Map<string, readonly number[]>();
  const answers: EarlierAnswers = {
    of: (group) => known.get(caseOf(group)),
    keep(group, outcomes) {
      for (const outcome of outcomes.values()) {
        if ((outcome.status !== 'ok' && outcome.status !== 'partial') || known.has(caseOf(group))) continue;
        const given = findSuite(outcome.result.suite)?.answers?.(outcome.result);
        if (given !== undefined) known.set(caseOf(group), given);
      }
    },
  };
  const byKey = new Map(groups.map((group) => [group.key, group]));
  for (const { key, outcomes } of past) answers.keep(byKey.get(key) ?? { cells: [] }, outcomes);
  return answers;
}
