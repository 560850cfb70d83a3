/** What one output tensor was found to be, against the truth. Errors are absolute, in the tensor's units. */
export type Verdict = {
  /** Largest |output − truth|. */
  error: number;
  /** Largest |truth|. */
  scale: number;
  /** The bound where the output comes nearest to breaking it, or breaks it most. */
  allowed: number;
  /** Largest |output − truth| ÷ bound: at most 1 is right. */
  ratio: number;
  /** Norm of the truth over norm of the error, in dB; null where the error is exactly 0. */
  snr: number | null;
  /** Values that are NaN or infinite. */
  nonfinite: number;
};

/**
 * Compares an output with the truth, element by element.
 * Throws RangeError where the lengths differ.
 */
export function judge(output: ArrayLike<number>, truth: ArrayLike<number>, allowed: ArrayLike<number>): Verdict {
  if (output.length !== truth.length)
    throw new RangeError(`the output has ${output.length} values, the truth ${truth.length}`);
  const verdict: Verdict = { error: 0, scale: 0, allowed: 0, ratio: -1, snr: null, nonfinite: 0 };
  let noise = 0;
  let signal = 0;
  for (let i = 0; i < truth.length; i++) {
    const expected = truth[i] as number;
    const got = output[i] as number;
    verdict.scale = Math.max(verdict.scale, Math.abs(expected));
    if (!Number.isFinite(got)) {
      verdict.nonfinite++;
      continue;
    }
    const error = Math.abs(got - expected);
    const bound = allowed[i] as number;
    noise += error * error;
    signal += expected * expected;
    verdict.error = Math.max(verdict.error, error);
    const ratio = error / bound;
    if (ratio > verdict.ratio) [verdict.ratio, verdict.allowed] = [ratio, bound];
  }
  verdict.ratio = Math.max(verdict.ratio, 0);
  if (noise > 0) verdict.snr = 10 * Math.log10(signal / noise);
  return verdict;
}

/** Whether the output lies within the bound everywhere. */
export const isRight = (verdict: { ratio: number; nonfinite: number }): boolean =>
  verdict.nonfinite === 0 && verdict.ratio <= 1;

/** Index of the largest of `count` values from `offset`; the first of equals. */
export function argmax(values: ArrayLike<number>, offset: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if ((values[offset + i] as number) > (values[offset + best] as number)) best = i;
  return best;
}

/**
 * Top-1 agreement over a batch of logits [n, classes]. An image whose truth's best two classes are nearer than their
 * bounds together is a tie that rounding may decide: it is not counted.
 */
export function agreement(
  output: ArrayLike<number>,
  truth: ArrayLike<number>,
  allowed: ArrayLike<number>,
  classes: number,
): { agree: number; of: number } {
  let agree = 0;
  let of = 0;
  for (let at = 0; at < truth.length; at += classes) {
    const best = argmax(truth, at, classes);
    let decided = true;
    for (let i = 0; i < classes; i++) {
      if (i === best) continue;
      const lead = (truth[at + best] as number) - (truth[at + i] as number);
      if (lead <= (allowed[at + best] as number) + (allowed[at + i] as number)) decided = false;
    }
    if (!decided) continue;
    of++;
    if (argmax(output, at, classes) === best) agree++;
  }
  return { agree, of };
}

/** How many of `count` values rank before `label`, which is in the Top-k where this is below k. NaN ranks last. */
export function rank(values: ArrayLike<number>, offset: number, count: number, label: number): number {
  const score = values[offset + label] as number;
  if (Number.isNaN(score)) return count;
  let before = 0;
  for (let i = 0; i < count; i++) {
    const value = values[offset + i] as number;
    if (value > score || (value === score && i < label)) before++;
  }
  return before;
}
