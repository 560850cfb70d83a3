import { nchw, type Tensor } from '../tensor.ts';

/** Calls `visit` for each pixel of each image with the index of its first channel, and the step to the next. */
export function eachPixel(shape: readonly number[], visit: (first: number, step: number, channels: number) => void) {
  const [n, c, h, w] = nchw(shape);
  const step = h * w;
  for (let image = 0; image < n; image++)
    for (let pixel = 0; pixel < step; pixel++) visit(image * c * step + pixel, step, c);
}

/** Mean, variance (of all channels, not of a sample) and mean square over the channels of one pixel. */
export function moments(
  data: Float64Array,
  first: number,
  step: number,
  channels: number,
): { mean: number; variance: number; square: number } {
  let sum = 0;
  for (let i = 0, at = first; i < channels; i++, at += step) sum += data[at] as number;
  const mean = sum / channels;
  let spread = 0;
  for (let i = 0, at = first; i < channels; i++, at += step) spread += ((data[at] as number) - mean) ** 2;
  const variance = spread / channels;
  return { mean, variance, square: variance + mean * mean };
}

/** Layer normalisation (Ba et al. 2016, arXiv:1607.06450) over the channels of each pixel of x [N, C, H, W]. */
export function layerNorm(x: Tensor, weight: ArrayLike<number>, bias: ArrayLike<number>, epsilon: number): Tensor {
  const data = new Float64Array(x.data.length);
  eachPixel(x.shape, (first, step, channels) => {
    const { mean, variance } = moments(x.data, first, step, channels);
    const scale = 1 / Math.sqrt(variance + epsilon);
    for (let i = 0, at = first; i < channels; i++, at += step)
      data[at] = ((x.data[at] as number) - mean) * scale * (weight[i] as number) + (bias[i] as number);
  });
  return { shape: x.shape, data };
}
