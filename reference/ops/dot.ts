import { TINY } from '../float32.ts';
import type { Tensor } from '../tensor.ts';
import type { Evaluated } from './operator.ts';
import { type Arithmetic, absolute, gamma, inflated, squared } from './rounding.ts';

/** Operands of dot products: x, weights [out, …] and an optional bias [out]. */
export type Operands = {
  readonly x: Tensor;
  readonly weight: ArrayLike<number>;
  readonly bias: ArrayLike<number> | undefined;
};

/** A node of dot products: its weights, the number of terms per product, and a function that forms the sums. */
export type Dot = {
  readonly weight: Float32Array;
  readonly bias: Float32Array | undefined;
  readonly terms: number;
  sums(operands: Operands): Tensor;
};

/**
 * Variances of a node of dot products of k terms, one per output, from its input's values and variances. Summation
 * errors follow Higham and Mary 2019 (SIAM J. Sci. Comput. 41) in expectation: with terms tᵢ in random order, E Σ sₖ² =
 * k·(S²/3 + V/6) for the partial sums sₖ, the sum S and V = Σ tᵢ². Products add unit²·V, rounded operands 2·operand²·V.
 * The inputs' variances pass through the squared weights, as V does, so one evaluation computes both.
 */
export function dotVariance(
  dot: Dot,
  { inputs: [x], output }: Evaluated<unknown>,
  vx: Tensor,
  a: Arithmetic,
): Float64Array {
  const weight = squared(dot.weight);
  const k = dot.terms;
  const u2 = a.unit * a.unit;
  const perProduct = u2 * (k / 6 + 1) + 2 * a.operand * a.operand;
  const terms = {
    shape: x.shape,
    data: vx.data.map((variance, i) => variance + perProduct * (x.data[i] as number) ** 2),
  };
  const passed = dot.sums({ x: terms, weight, bias: undefined });
  return passed.data.map((variance, i) => variance + (u2 * k * (output.data[i] as number) ** 2) / 3);
}

/** Worst-case bound of a node of dot products (Higham 2002, section 3.1). */
export function dotWorstCase(
  dot: Dot,
  { inputs: [x] }: Evaluated<unknown>,
  error: Float64Array,
  a: Arithmetic,
): Float64Array {
  const k = dot.terms;
  // k products, k additions (one may be the bias's), and the rounding of both operands.
  const factor = gamma(k + 1, a.unit) + 2 * a.operand + a.operand ** 2;
  const bias = dot.bias && absolute(dot.bias).map((value) => factor * value);
  const sums = dot.sums({ x: inflated(x, error, factor), weight: absolute(dot.weight), bias });
  return sums.data.map((sum) => sum + (k + 1) * TINY);
}
