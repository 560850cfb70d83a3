import { TINY } from '../float32.ts';
import type { Tensor } from '../tensor.ts';
import type { Ways } from './way.ts';

/**
 * How a precision rounds: `unit` is the unit roundoff of every addition, product and store (2⁻²⁴ for float32, round
 * to nearest); `operand` the relative rounding of a product's operands before it is formed (2⁻¹¹ for TF32, else 0); `ways`
 * how runtimes compute in it.
 */
export type Arithmetic = { readonly unit: number; readonly operand: number; readonly ways: Ways };

/**
 * γₙ = n·u ÷ (1 − n·u): the relative error of n roundings in the worst case (Higham 2002, *Accuracy and Stability of
 * Numerical Algorithms*, lemma 3.1). Throws RangeError where n·u ≥ 1, since there is no bound then.
 */
export function gamma(n: number, unit: number): number {
  if (n * unit >= 1) throw new RangeError(`no bound: ${n} roundings of ${unit}`);
  return (n * unit) / (1 - n * unit);
}

export const absolute = (values: ArrayLike<number>): Float64Array => new Float64Array(values).map(Math.abs);

/** Largest magnitudes that these values may have in a runtime. */
export const magnitudes = (x: Tensor, error: Float64Array): Float64Array =>
  x.data.map((value, i) => Math.abs(value) + (error[i] as number));

/**
 * The largest terms of a sum that a runtime may have, times the relative error of rounding, plus the terms' own errors.
 */
export const inflated = (x: Tensor, error: Float64Array, factor: number): Tensor => ({
  shape: x.shape,
  data: magnitudes(x, error).map((value, i) => factor * value + (error[i] as number)),
});

/** Worst-case bound of copied values: errors are copied too, and only denormals may be flushed. */
export const flushed = (errors: Float64Array): Float64Array => errors.map((value) => value + TINY);
