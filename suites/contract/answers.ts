import type { Truth } from '../../reference/judge/bounds.ts';
import { isRight, judge } from '../../reference/judge/verdict.ts';
import type { Truths } from '../../reference/truthfile.ts';
import type { Checker } from './checker.ts';

/** Whether two outputs agree in every bit. */
export function isSame(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return a.length === b.length;
}

/** Number of values that are NaN or infinite. */
export function nonfiniteIn(values: ArrayLike<number>): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) count++;
  return count;
}

/** The outputs of a session's calls, in order. */
export type AnswerChecks = {
  /** Compares an output with the truth of its input, by its index. Does nothing where there is none. */
  check(input: number, output: ArrayLike<number>, truths: Truths): void;
  /** Number of stale outputs: wrong for their own input, and bit for bit the output of an input with another truth. */
  stale(): number;
};

type Answer = { readonly output: ArrayLike<number>; readonly truth: Truth };

/** Checks outputs with `checker`, and counts stale ones. */
export function answers(checker: Checker): AnswerChecks {
  const latest = new Map<number, Answer>();
  let stale = 0;
  return {
    check(input, output, truths) {
      const truth = truths[input]?.get('logits');
      if (truth === undefined) return;
      const isOther = ([other, known]: [number, Answer]) =>
        other !== input && isSame(output, known.output) && !isRight(judge(known.truth.value.data, truth));
      if (!isRight(checker.check(output, truth)) && [...latest].some(isOther)) stale++;
      latest.set(input, { output, truth });
    },
    stale: () => stale,
  };
}
