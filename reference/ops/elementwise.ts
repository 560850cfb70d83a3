import { nchw, type Tensor } from '../tensor.ts';

/** max(x, 0); NaN stays NaN. */
export function relu(x: Tensor): Tensor {
  const data = new Float64Array(x.data.length);
  for (let i = 0; i < data.length; i++) {
    const value = x.data[i] as number;
    // Exact, and without a branch on the sign, which no processor predicts. NaN and infinities are left to Math.max.
    const kept = 0.5 * (value + Math.abs(value));
    data[i] = kept < Infinity ? kept : Math.max(value, 0);
  }
  return { shape: x.shape, data };
}

/** a + b, of equal shapes. */
export function add(a: Tensor, b: Tensor): Tensor {
  const data = new Float64Array(a.data.length);
  for (let i = 0; i < data.length; i++) data[i] = (a.data[i] as number) + (b.data[i] as number);
  return { shape: a.shape, data };
}

/** x·scale + shift, per channel of an NCHW tensor. */
export function affine(x: Tensor, scale: Float64Array, shift: Float64Array): Tensor {
  const [n, c, h, w] = nchw(x.shape);
  const data = new Float64Array(x.data.length);
  const area = h * w;
  for (let plane = 0; plane < n * c; plane++) {
    const gain = scale[plane % c] as number;
    const offset = shift[plane % c] as number;
    for (let i = plane * area; i < (plane + 1) * area; i++) data[i] = (x.data[i] as number) * gain + offset;
  }
  return { shape: x.shape, data };
}

export type BatchNormParameters = {
  weight: ArrayLike<number>;
  bias: ArrayLike<number>;
  running_mean: ArrayLike<number>;
  running_var: ArrayLike<number>;
};

/** Inference-mode batch normalisation as one affine map per channel (Ioffe and Szegedy 2015, algorithm 2). */
export function batchNormAffine(p: BatchNormParameters, epsilon: number): { scale: Float64Array; shift: Float64Array } {
  const scale = Float64Array.from(p.weight, (gain, i) => gain / Math.sqrt((p.running_var[i] ?? 0) + epsilon));
  const shift = Float64Array.from(p.bias, (bias, i) => bias - (p.running_mean[i] ?? 0) * (scale[i] as number));
  return { scale, shift };
}
