import { type ChangeFinding, type ChangeVerdict, changed } from '../../suites/contract/change.ts';
import type { RowStatus } from '../table/status.ts';
import type { Row } from '../table/table.ts';

/** Failures beyond doubt that are worse than `suspect`; and all failures. */
const PROVEN: readonly RowStatus[] = ['crash', 'timeout', 'wrong'];
const FAILURES: readonly RowStatus[] = [...PROVEN, 'suspect', 'fallback'];

/** How a cell ended in a run; `missing` where the run does not have it. */
type CellStatus = RowStatus | 'missing';

const statusOf = (row: Row | undefined): CellStatus => row?.status ?? 'missing';

/** Whether it ran and what ran is right; whether it ran and failed. All others have no answer. */
const ran = (status: CellStatus): boolean => status === 'ok' || status === 'partial';
const fails = (status: CellStatus): boolean => FAILURES.some((one) => one === status);

/** Whether a failure is worse than another: `wrong` and crashes are, than what is only suspect. */
const isWorse = (one: CellStatus, than: CellStatus): boolean =>
  (one === 'suspect' && than === 'fallback') || (than === 'suspect' && PROVEN.some((proven) => proven === one));

/** The verdict on a failure that was none before, or a lesser one. */
const failure = (status: CellStatus): ChangeVerdict => (status === 'suspect' ? 'suspect' : 'broken');

function verdictOf(base: CellStatus, head: CellStatus): ChangeVerdict | undefined {
  if (ran(base) && ran(head)) return undefined;
  if (base === head) return 'same';
  if (ran(base)) return fails(head) ? failure(head) : 'lost';
  if (fails(base)) {
    if (ran(head)) return 'mended';
    if (!fails(head)) return 'vanished';
    return isWorse(head, base) ? failure(head) : 'other failure';
  }
  if (ran(head)) return 'new';
  // Neither run has an answer.
  if (!fails(head)) return 'same';
  return base === 'unsupported' ? failure(head) : 'new failure';
}

/** The reason of a row's status, or that a run does not have it. */
const reasonOf = (row: Row | undefined, run: string): string =>
  row === undefined ? `not in the ${run}` : (row.reasons[0]?.reason ?? '');

/**
 * What a change of status means: undefined where what was planned ran in both and is right, wholly or in part, so that
 * figures decide. `lost`: it ran, and is now unsupported, not run or missing. `vanished`: it failed, and does not run
 * any more. `new`: it had no answer before, and is right; `new failure`: it was not run before, and fails.
 */
export function statusFinding(base: Row | undefined, head: Row | undefined): ChangeFinding | undefined {
  const [before, after] = [statusOf(base), statusOf(head)];
  const verdict = verdictOf(before, after);
  if (verdict === undefined) return undefined;
  const figures = before === after ? `${after} in both` : `${before} → ${after}`;
  const detail = ran(after) ? (base === undefined ? reasonOf(base, 'base') : '') : reasonOf(head, 'head');
  return { ...changed(verdict, figures, detail), base: before, head: after };
}

/** Where a part of what was planned ran in one run, and all of it in the other. */
export function partFinding(base: Row, head: Row): ChangeFinding[] {
  if (base.status === head.status) return [];
  const verdict = head.status === 'partial' ? 'less covered' : 'more covered';
  const reason = (head.status === 'partial' ? head : base).reasons[0]?.reason ?? '';
  return [{ ...changed(verdict, `${base.status} → ${head.status}`, reason), base: base.status, head: head.status }];
}
