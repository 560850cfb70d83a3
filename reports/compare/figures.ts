import type { ChangeFinding } from '../../suites/contract/change.ts';
import { changed } from '../../suites/contract/change.ts';
import { sessionKey } from '../../suites/plan/session.ts';
import { findSuite } from '../../suites/suites.ts';
import type { Row } from '../table/table.ts';
import { partFinding } from './changes.ts';
import { elsewhere, placementFindings } from './placement-change.ts';
import { type TimeTest, timeTests } from './times.ts';

/** How the two runs of a cell relate. */
type Relation = {
  readonly paired: boolean;
  readonly otherMachine: boolean;
  /** Whether both runs hold the same records of the cell. */
  readonly same: boolean;
  readonly threshold: number;
  /** By which factor, from 1 on, the control moved. */
  readonly drift: number;
  /** The sessions whose placement was compared before: its other cells do not repeat it. */
  readonly placed: Set<string>;
};

function placementOnce(base: Row, head: Row, placed: Set<string>): ChangeFinding[] {
  const key = sessionKey(head.cell);
  if (placed.has(key)) return [];
  placed.add(key);
  return placementFindings(base, head);
}

/** What the figures of a cell say that is right in both runs, and the times that are judged together with all others. */
export function cellFindings(
  base: Row,
  head: Row,
  { paired, otherMachine, same, threshold, drift, placed }: Relation,
): { findings: ChangeFinding[]; tests: TimeTest[] } {
  const change = findSuite(head.cell.suite)?.change;
  const [a, b] = [base.measure, head.measure];
  const moved = placementOnce(base, head, placed);
  if (change === undefined || a === undefined || b === undefined)
    return { findings: [...partFinding(base, head), ...moved], tests: [] };
  const anywhere = change.anywhere?.(a, b) ?? [];
  const covered = anywhere.some(({ verdict }) => verdict === 'less covered' || verdict === 'more covered');
  const general = [...anywhere, ...(covered ? [] : partFinding(base, head)), ...moved];
  const unlike = otherMachine ? 'made on different machines' : elsewhere(base, head);
  const onOneMachine = change.onOneMachine !== undefined || change.times !== undefined;
  if (unlike !== undefined)
    return { findings: [...general, ...(onOneMachine ? [changed('unsure', '', unlike)] : [])], tests: [] };
  const rounds = { base: base.keptRounds, head: head.keptRounds };
  return {
    findings: [...general, ...(change.onOneMachine?.(a, b) ?? [])],
    tests: timeTests(change.times?.(a) ?? [], change.times?.(b) ?? [], { paired, same, threshold, drift, rounds }),
  };
}
