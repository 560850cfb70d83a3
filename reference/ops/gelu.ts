import type { Tensor } from '../tensor.ts';
import { erfc } from './erf.ts';

/** The standard normal distribution's function Φ, without cancellation far to the left. */
export function normalCdf(x: number): number {
  return 0.5 * erfc(-x * Math.SQRT1_2);
}

/** x·Φ(x), of any shape: Hendrycks and Gimpel 2016 (arXiv:1606.08415), with the exact Φ. */
export function gelu(x: Tensor): Tensor {
  return { shape: x.shape, data: x.data.map((value) => value * normalCdf(value)) };
}

/** Its derivative Φ(x) + x·φ(x). */
export function geluSlope(x: number): number {
  return normalCdf(x) + (x * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI);
}
