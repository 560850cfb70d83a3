import type { Truth } from '../reference/bounds.ts';
import { agreement, judge, type Verdict } from '../reference/judge.ts';
import type { Check } from './record.ts';

/** Compares outputs of one tensor with its truth, run after run, and keeps the worst. */
export type Checker = {
  check(output: ArrayLike<number>, truth: Truth): void;
  /** Undefined before the first run. */
  worst(): Check | undefined;
};

const worse = (a: Verdict, b: Verdict): boolean =>
  a.nonfinite > b.nonfinite || (a.nonfinite === b.nonfinite && a.ratio > b.ratio);

/** `classes`, where given, is the width of logits whose Top-1 class is compared too. */
export function checker(tensor: string, classes: number | undefined): Checker {
  let runs = 0;
  let worst: Verdict | undefined;
  const top1 = { agree: 0, of: 0 };
  return {
    check(output, { value, allowed }) {
      runs++;
      const verdict = judge(output, value.data, allowed);
      if (worst === undefined || worse(verdict, worst)) worst = verdict;
      if (classes === undefined) return;
      const { agree, of } = agreement(output, value.data, allowed, classes);
      top1.agree += agree;
      top1.of += of;
    },
    worst: () => worst && { tensor, runs, ...worst, top1: classes === undefined ? null : top1 },
  };
}
