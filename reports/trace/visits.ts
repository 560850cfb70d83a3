import { grouped } from '../../reference/collect.ts';
import type { PhaseBytes, PhaseParts } from '../../suites/contract/suite.ts';
import { type Cell, parseCell } from '../../suites/plan/cell.ts';
import { sessionKey } from '../../suites/plan/session.ts';
import type { Record, Run } from '../../suites/record/record.ts';
import type { VisitTimes } from '../../suites/record/visit-times.ts';
import { findSuite } from '../../suites/suites.ts';

/** What one fresh process or page answered in a round: its records, and what is known of when it was. */
export type TracedVisit = {
  readonly cell: Cell;
  readonly round: number;
  readonly records: readonly Record[];
  /** When its last record was written, in milliseconds since 1970: it had ended by then. */
  readonly at: number;
  /** Undefined in older files, in files that a page saved, and where nothing ran. */
  readonly times: VisitTimes | undefined;
};

/** A record with its cell; none where this version does not know it. */
function placed(record: Record): { record: Record; cell: Cell }[] {
  try {
    return [{ record, cell: parseCell(record.id) }];
  } catch {
    return [];
  }
}

/** The visits of a run, in the order in which they ended. A resumed visit is two. */
export function visitsOf({ records }: Run): TracedVisit[] {
  const known = [...records].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).flatMap(placed);
  const visits = [...grouped(known, ({ record, cell }) => `${record.round} ${sessionKey(cell)}`).values()].flatMap(
    (members) => {
      const times = members.flatMap(({ record }) => record.visit ?? []);
      // A record belongs to the last visit that had begun when it was written.
      const owner = ({ record }: (typeof members)[number]) =>
        times.findLast(({ began }) => Date.parse(began) <= Date.parse(record.at));
      return [...grouped(members, owner)].map(([visit, own]): TracedVisit[] => {
        const [first] = own;
        if (first === undefined) return [];
        const at = Math.max(...own.map(({ record }) => Date.parse(record.at)));
        return [
          { cell: first.cell, round: first.record.round, records: own.map(({ record }) => record), at, times: visit },
        ];
      });
    },
  );
  return visits.flat().sort((a, b) => a.at - b.at);
}

const resultsOf = ({ records }: TracedVisit) =>
  records.flatMap(({ outcome }) => ('result' in outcome ? [outcome.result] : []));

/** Phases that come before all others, in order. */
const FIRST = ['baseline', 'open', 'opened', 'first', 'second', 'warm-up'];

const placeOf = (phase: string): number => {
  const at = FIRST.indexOf(phase);
  return at === -1 ? FIRST.length : at;
};

/** What a visit measured, by phase, in the order of time. */
export const partsOf = (visit: TracedVisit): PhaseParts[] =>
  resultsOf(visit)
    .flatMap((result) => findSuite(result.suite)?.timeline?.(result) ?? [])
    .sort((a, b) => placeOf(a.phase) - placeOf(b.phase));

/** Its memory at the begin of phases. */
export const memoryOf = (visit: TracedVisit): PhaseBytes[] =>
  resultsOf(visit).flatMap((result) => findSuite(result.suite)?.memoryAt?.(result) ?? []);
