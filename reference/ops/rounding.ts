import { TINY } from '../float32.ts';
import type { Tensor } from '../tensor.ts';

/**
 * How a precision rounds: `unit` is the unit roundoff of every addition, product and store (2⁻²⁴ for float32, round
 * to nearest); `operand` the relative rounding of a product's operands before it is formed (2⁻¹¹ for TF32, else 0).
 */
export type Arithmetic = { readonly unit: number; readonly operand: number };

/**
 * Standard deviations that an error may reach. Rounding errors are modelled as independent, of mean zero and of the
 * largest size each can have (deviation `unit` where a uniform one has unit/√3). 12 deviations leave the modelled
 * chance of a false alarm per element below 1e-32; what they buy is room for what the model leaves out: errors of
 * one weight are shared by all pixels, and kernels may re-associate (Winograd, split reductions).
 */
export const DEVIATIONS = 12;

/**
 * γₙ = n·u ÷ (1 − n·u): what n roundings can add up to, relatively, in the worst case (Higham 2002, *Accuracy and
 * Stability of Numerical Algorithms*, lemma 3.1). Throws RangeError where n·u reaches 1 and nothing is bounded.
 */
export function gamma(n: number, unit: number): number {
  if (n * unit >= 1) throw new RangeError(`no bound: ${n} roundings of ${unit}`);
  return (n * unit) / (1 - n * unit);
}

/** Variance of a value that had this one, after it is rounded once more. */
export const rounded = (value: number, variance: number, { unit }: Arithmetic): number =>
  variance + unit * unit * value * value;

/** A loop: Float64Array.from would box every value before it maps it, and take fifty times as long. */
export function squared(values: ArrayLike<number>): Float64Array {
  const squares = new Float64Array(values.length);
  for (let i = 0; i < squares.length; i++) squares[i] = (values[i] as number) ** 2;
  return squares;
}

export const absolute = (values: ArrayLike<number>): Float64Array => new Float64Array(values).map(Math.abs);

/** Largest magnitudes that a runtime may see of these values. */
export const magnitudes = (x: Tensor, error: Float64Array): Float64Array =>
  x.data.map((value, i) => Math.abs(value) + (error[i] as number));

/** Terms of a sum as large as a runtime may have them: what rounding adds, relatively, and what they differ by. */
export const inflated = (x: Tensor, error: Float64Array, factor: number): Tensor => ({
  shape: x.shape,
  data: magnitudes(x, error).map((value, i) => factor * value + (error[i] as number)),
});

/** Worst-case bound of values that are copied: an error goes where its value goes, and only a denormal may be flushed. */
export const flushed = (errors: Float64Array): Float64Array => errors.map((value) => value + TINY);
