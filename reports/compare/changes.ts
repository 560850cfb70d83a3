import { maximum, minimum } from '../../reference/collect.ts';
import { mebibytes, number, percent, ratio } from '../../suites/stats/format.ts';
import { median } from '../../suites/stats/quantiles.ts';
import type { RowStatus } from '../table/status.ts';
import { measured, type Row } from '../table/table.ts';

/** What became of a cell from one run to another. */
export type Verdict =
  | ('broken' | 'slower' | 'less accurate' | 'vanished')
  | ('mended' | 'faster' | 'more accurate' | 'new')
  | ('more memory' | 'less memory' | 'error moved')
  | ('unsure' | 'same');

/** In the order of reports. */
export const VERDICTS: readonly Verdict[] = [
  ...(['broken', 'slower', 'less accurate', 'vanished', 'more memory', 'error moved'] as const),
  ...(['mended', 'faster', 'more accurate', 'less memory', 'new', 'unsure', 'same'] as const),
];

/** What makes a comparison fail. */
export const REGRESSIONS: readonly Verdict[] = ['broken', 'slower', 'less accurate', 'vanished'];

/** A verdict, the figures of base and head as text, and why it is that or what to do. */
export type Finding = { readonly verdict: Verdict; readonly figures: string; readonly detail: string };

const finding = (verdict: Verdict, figures: string, detail: string): Finding => ({ verdict, figures, detail });

const FAILURES: readonly RowStatus[] = ['crash', 'timeout', 'wrong', 'fallback'];

/** What a change of status means; undefined where both are ok, or equal. */
export function statusFinding(base: Row, head: Row): Finding | undefined {
  const figures = `${base.status} → ${head.status}`;
  const reason = head.reasons[0]?.reason ?? '';
  if (base.status === head.status)
    return base.status === 'ok' ? undefined : finding('same', `${head.status} in both`, reason);
  if (head.status === 'not run') return finding('unsure', figures, reason);
  if (head.status === 'ok') return finding(base.status === 'not run' ? 'new' : 'mended', figures, '');
  if (base.status === 'not run') return finding('new', figures, reason);
  const worse = base.status === 'ok' || (FAILURES.includes(head.status) && !FAILURES.includes(base.status));
  return worse ? finding('broken', figures, reason) : finding('unsure', figures, `it fails in another way: ${reason}`);
}

/** Memory counts as changed where the peaks of all rounds lie apart and the medians differ by this share and size. */
const MEMORY_SHARE = 0.05;
const MEMORY_BYTES = 4 * 2 ** 20;
const MEMORY_ROUNDS = 3;

/** Peaks of the processes, round by round. */
export function memoryFinding(base: Row, head: Row): Finding {
  const peaks = (row: Row) => measured(row, 'memory')?.peaks ?? [];
  const [a, b] = [peaks(base), peaks(head)];
  if (a.length === 0 || b.length === 0) return finding('unsure', '', 'the operating system does not tell the peak');
  const [before, after] = [median(a), median(b)];
  const figures = `${mebibytes(before)} → ${mebibytes(after)} MiB`;
  const size = Math.abs(after - before);
  const differ = size > MEMORY_BYTES && size > MEMORY_SHARE * before;
  if (!differ) return finding('same', figures, '');
  if (Math.min(a.length, b.length) < MEMORY_ROUNDS)
    return finding('unsure', figures, `memory is told apart from ${MEMORY_ROUNDS} rounds on (--rounds)`);
  if (minimum(b) > maximum(a)) return finding('more memory', figures, 'every round takes more');
  if (maximum(b) < minimum(a)) return finding('less memory', figures, 'every round takes less');
  return finding('unsure', figures, 'the rounds overlap: add rounds (--rounds)');
}

/** Images right on the same images. The same weights on the same runtime give the same classes, so one image counts. */
export function accuracyFinding(base: Row, head: Row): Finding {
  const [a, b] = [measured(base, 'accuracy'), measured(head, 'accuracy')];
  if (a === undefined || b === undefined) return finding('unsure', '', 'no accuracy was measured');
  const share = ({ top1, images }: typeof a) => `${percent(top1 / images)} % of ${images}`;
  const figures = `${share(a)} → ${share(b)}`;
  if (a.dataset !== b.dataset || a.images !== b.images)
    return finding('unsure', figures, 'not the same images: give both the same --budget');
  if (a.top1 === b.top1) return finding('same', figures, '');
  const verdict = b.top1 < a.top1 ? 'less accurate' : 'more accurate';
  return finding(verdict, figures, `${Math.abs(b.top1 - a.top1)} images`);
}

/** An error moves where error ÷ allowed changes by this factor, and one of them is above the floor. */
const ERROR_FACTOR = 2;
const ERROR_FLOOR = 0.01;

/** Error ÷ allowed of the worst tensor. As long as it is at most 1, more is no failure. */
export function conformanceFinding(base: Row, head: Row): Finding {
  const [a, b] = [base, head].map((row) => measured(row, 'conformance')?.worst?.ratio);
  if (a === undefined || b === undefined) return finding('unsure', '', 'no output was compared');
  const figures = `error ÷ allowed ${ratio(a)} → ${ratio(b)}`;
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  if (high < ERROR_FLOOR || high <= ERROR_FACTOR * low) return finding('same', figures, '');
  return finding('error moved', figures, b > a ? 'still allowed' : '');
}

/** `12.3 → 12.9 ms` */
export const timesText = (base: number, head: number): string => `${number(base)} → ${number(head)} ms`;
