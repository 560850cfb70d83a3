import { type Agreement, bothOf } from '../../reference/judge/agreement.ts';
import { isOverNone, isWorse, worstError } from '../../reference/judge/verdict.ts';
import { ratio, scientific } from '../stats/format.ts';
import type { Check } from './check.ts';

/** The worst comparison of a tensor over the rounds. Errors are absolute, in the tensor's units. */
export type CheckRow = Check & {
  /** Error ÷ largest |truth|: the smallest relative tolerance that would have passed; NaN where the truth is 0. */
  readonly relative: number;
  /** Allowed ÷ error at the element with the largest error ÷ allowed; Infinity where the error is 0. */
  readonly margin: number;
};

/** The Top-1 or Top-5 agreement summed over all runs; null where there is none, as for taps. */
const decisions = (counted: readonly (Agreement | null)[]): Agreement | null =>
  counted.reduce((a, b) => (a && b ? bothOf(a, b) : (a ?? b)), null);

/** The worst of the checks; undefined for an empty list. */
export const worstOf = <C extends Check>(checks: readonly C[]): C | undefined =>
  checks.reduce<C | undefined>((a, b) => (a === undefined || isWorse(b, a) ? b : a), undefined);

/** Joins the checks of one tensor over all rounds into one row; an empty list stays empty. */
export function checkRow(checks: readonly Check[]): CheckRow[] {
  const worst = worstOf(checks);
  if (worst === undefined) return [];
  return [
    {
      ...worst,
      runs: checks.reduce((runs, check) => runs + check.runs, 0),
      top1: decisions(checks.map((check) => check.top1)),
      top5: decisions(checks.map((check) => check.top5)),
      relative: worst.scale > 0 ? worst.error / worst.scale : Number.NaN,
      // The largest error and the smallest margin may be at different elements, so this is not allowed ÷ error.
      margin: 1 / worst.ratio,
    },
  ];
}

/** Error ÷ allowed; over a truth of 0, the error itself: `1.2e-3/0`. */
export const ratioText = (check: Pick<Check, 'error' | 'ratio' | 'allowed' | 'norm'>): string =>
  isOverNone(check) ? `${scientific(worstError(check))}/0` : ratio(check.ratio);
