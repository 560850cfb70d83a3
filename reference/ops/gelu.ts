import { TINY } from '../float32.ts';
import { erfc, polynomialErf } from './erf.ts';
import type { Operator } from './operator.ts';
import { gamma, magnitudes } from './rounding.ts';

/** x·Φ(x) with the exact error function (in ONNX since opset 20). */
type Gelu = { op: 'Gelu' };

/** The standard normal cumulative distribution function Φ, without cancellation for large negative x. */
function normalCdf(x: number): number {
  return 0.5 * erfc(-x * Math.SQRT1_2);
}

/** Largest slope of x·Φ(x), at x = √2: 1.1289… */
const STEEPEST = 1.129;

const ROOT_HALF = Math.fround(Math.SQRT1_2);

/** Hendrycks and Gimpel 2016 (arXiv:1606.08415), with the exact Φ. */
export const gelu: Operator<Gelu> = {
  shape: (_, [first]) => [...first],
  parameters: () => [],
  forward: (_, [x]) => ({ shape: x.shape, data: x.data.map((value) => value * normalCdf(value)) }),
  emulate({ inputs: [x] }, way) {
    const { fround } = Math;
    const erf = way.biasFirst ? polynomialErf : (value: number) => 1 - erfc(value);
    const data = x.data.map((value) => {
      const sum = fround(1 + fround(erf(fround(value * ROOT_HALF))));
      return fround(fround(0.5 * value) * sum);
    });
    return { shape: x.shape, data };
  },
  worstCase: ({ inputs: [x] }, [error], a) =>
    // ½·x·(1 + erf(x/√2)): the error function to within four units of 1, its argument, the sum and two products.
    magnitudes(x, error).map((value, i) => gamma(8, a.unit) * value + STEEPEST * (error[i] as number) + TINY),
  macs: () => 0,
  field: (_, input) => input,
  narrowed: (node) => node,
  fused: true,
};
