import { type ChangeFinding, type ChangeVerdict, changed } from '../../suites/contract/change.ts';
import { number } from '../../suites/stats/format.ts';
import type { RowStatus } from '../table/status.ts';
import type { Row } from '../table/table.ts';

/** In the order of reports. */
export const VERDICTS: readonly ChangeVerdict[] = [
  ...(['broken', 'suspect', 'slower', 'less accurate', 'vanished', 'more memory', 'error moved'] as const),
  ...(['mended', 'faster', 'more accurate', 'less memory', 'new', 'unsure', 'same'] as const),
];

/** What makes a comparison fail. */
export const REGRESSIONS: readonly ChangeVerdict[] = ['broken', 'suspect', 'slower', 'less accurate', 'vanished'];

/** Failures beyond doubt that are worse than `suspect`; and all that are worse than a cell which does not run. */
const PROVEN: readonly RowStatus[] = ['crash', 'timeout', 'wrong'];
const FAILURES: readonly RowStatus[] = [...PROVEN, 'fallback'];

/** What a change of status means; undefined where both are ok, or equal. */
export function statusFinding(base: Row, head: Row): ChangeFinding | undefined {
  const figures = `${base.status} → ${head.status}`;
  const reason = head.reasons[0]?.reason ?? '';
  // What ran in both is compared by its figures.
  if (base.status === 'partial' && (head.status === 'ok' || head.status === 'partial')) return undefined;
  if (base.status === head.status)
    return base.status === 'ok' ? undefined : changed('same', `${head.status} in both`, reason);
  if (head.status === 'not run' || head.status === 'partial') return changed('unsure', figures, reason);
  if (head.status === 'ok') return changed(base.status === 'not run' ? 'new' : 'mended', figures, '');
  if (base.status === 'not run') return changed('new', figures, reason);
  const failed = PROVEN.includes(base.status);
  if (head.status === 'suspect' && !failed) return changed('suspect', figures, reason);
  const fails = base.status === 'suspect' ? PROVEN.includes(head.status) : FAILURES.includes(head.status);
  const worse = base.status === 'ok' || (fails && !FAILURES.includes(base.status));
  return worse ? changed('broken', figures, reason) : changed('unsure', figures, `it fails in another way: ${reason}`);
}

/** `12.3 → 12.9 ms` */
export const timesText = (base: number, head: number): string => `${number(base)} → ${number(head)} ms`;
