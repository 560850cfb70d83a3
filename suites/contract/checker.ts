import { type Agreement, agreement, bothOf } from '../../reference/judge/agreement.ts';
import type { Truth } from '../../reference/judge/bounds.ts';
import { proofOf } from '../../reference/judge/proof.ts';
import { requireSound } from '../../reference/judge/sound.ts';
import { isRight, isWorse, judge, type Verdict } from '../../reference/judge/verdict.ts';
import type { Check } from '../record/check.ts';

/** Compares outputs of one tensor with its truth, run after run, and keeps the worst. */
export type Checker = {
  /** Throws where the truth is not finite: a NaN in it would accept a NaN. */
  check(output: ArrayLike<number>, truth: Truth): Verdict;
  /** Undefined before the first run. */
  worst(): Check | undefined;
  /** The worst output and its truth, where it is not right. */
  failing(): Failing | undefined;
};

/** An output that is not right, and its truth. */
export type Failing = { readonly tensor: string; readonly output: ArrayLike<number>; readonly truth: Truth };

/** `classes`, where given, is the width of logits whose decisions (Top-1, Top-5) are compared too. */
export const checker = (tensor: string, classes: number | undefined): Checker => checkerBy(judge, tensor, classes);

/** Compares with worst-case truths, as proofs: an element without a bound counts as right. */
export const prover = (tensor: string): Checker => checkerBy(proofOf, tensor, undefined);

function checkerBy(by: typeof judge, tensor: string, classes: number | undefined): Checker {
  let runs = 0;
  let worst: Verdict | undefined;
  let failing: Failing | undefined;
  let top1: Agreement = { agree: 0, of: 0 };
  let top5 = top1;
  return {
    check(output, truth) {
      requireSound(tensor, truth);
      const { value, allowed } = truth;
      runs++;
      const verdict = by(output, truth);
      if (worst === undefined || isWorse(verdict, worst)) {
        worst = verdict;
        if (!isRight(verdict)) failing = { tensor, output, truth };
      }
      if (classes === undefined) return verdict;
      top1 = bothOf(top1, agreement(output, { truth: value.data, allowed }, classes, 1));
      top5 = bothOf(top5, agreement(output, { truth: value.data, allowed }, classes, 5));
      return verdict;
    },
    worst() {
      const decisions = classes === undefined ? { top1: null, top5: null } : { top1, top5 };
      return worst && { tensor, runs, ...worst, ...decisions };
    },
    failing: () => failing,
  };
}
