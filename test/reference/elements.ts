import { judge, type Verdict } from '../../reference/judge/verdict.ts';

/** Judges values one by one, each with its own bound. */
export const judgeElements = (
  output: ArrayLike<number>,
  truth: ArrayLike<number>,
  allowed: ArrayLike<number>,
): Verdict =>
  judge(output, {
    value: { shape: [truth.length], data: Float64Array.from(truth) },
    allowed: Float64Array.from(allowed),
    limits: undefined,
  });
