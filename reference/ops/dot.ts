import { TINY } from '../float32.ts';
import type { Tensor } from '../tensor.ts';
import type { Evaluated } from './operator.ts';
import { type Arithmetic, absolute, gamma, inflated } from './rounding.ts';

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
