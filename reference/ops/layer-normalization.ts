import { TINY } from '../float32.ts';
import { nchw, parameter, type Tensor } from '../tensor.ts';
import { badEpsilon } from './epsilon.ts';
import type { Emulated, Evaluated, Operator } from './operator.ts';
import { bias, gain } from './parameters.ts';
import { fewerChannels, sameChannels } from './per-channel.ts';
import { type Arithmetic, gamma } from './rounding.ts';
import { orderOf, type Way } from './way.ts';

/**
 * Layer normalisation over the channels of each pixel (Ba et al. 2016, arXiv:1607.06450): ONNX's operator with the
 * channels moved last and back.
 */
type LayerNormalization = { op: 'LayerNormalization'; channels: number; epsilon: number };

/** Calls `visit` for each pixel of each image, with the index of its first channel and the step to the next channel. */
function eachPixel(shape: readonly number[], visit: (first: number, step: number, channels: number) => void) {
  const [n, c, h, w] = nchw(shape);
  const step = h * w;
  for (let image = 0; image < n; image++)
    for (let pixel = 0; pixel < step; pixel++) visit(image * c * step + pixel, step, c);
}

/** Mean, population variance and mean square over the channels of one pixel. */
function moments(
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

/**
 * Largest error of a variance that is computed as E[x²] − E[x]², for one pixel: `square` is E[x²] over magnitudes with
 * their errors, `carried` what the inputs' errors add to it, and `shift` the error of the mean. Both squares are rounded
 * relative to themselves, not to their difference (Higham 2002, section 1.9).
 */
function onePassError(
  channels: number,
  { square, carried, mean, shift }: { square: number; carried: number; mean: number; shift: number },
  a: Arithmetic,
): number {
  const size = Math.abs(mean) + shift;
  const rounding = gamma(channels + 2, a.unit) * square + gamma(3, a.unit) * (size * size + square);
  return rounding + carried + shift * (Math.abs(mean) + size) + (channels + 1) * TINY;
}

/**
 * Worst-case bound of a layer normalisation, its variance computed in two passes or in one. In two, the error of the
 * mean enters every deviation, and theirs enter the variance; all of them enter the quotient. Infinity where a variance
 * of one pass, with epsilon, may be 0 or less.
 */
function bounds(
  { node: { name, channels, epsilon }, inputs: [x], output, weights }: Evaluated<LayerNormalization>,
  error: Float64Array,
  a: Arithmetic,
): Float64Array {
  const weight = parameter(weights, `${name}.weight`);
  const out = new Float64Array(output.data.length);
  const area = x.data.length / ((x.shape[0] ?? 1) * channels);
  const at = (pixel: number, channel: number) =>
    (Math.floor(pixel / area) * channels + channel) * area + (pixel % area);
  const share = gamma(channels + 2, a.unit);
  for (let pixel = 0; pixel < x.data.length / channels; pixel++) {
    let [mean, size, given, variance, spread] = [0, 0, 0, 0, 0];
    let [square, carriedSquare] = [0, 0];
    for (let c = 0; c < channels; c++) {
      const i = at(pixel, c);
      mean += (x.data[i] as number) / channels;
      size += (Math.abs(x.data[i] as number) + (error[i] as number)) / channels;
      given += (error[i] as number) / channels;
      const [magnitude, own] = [Math.abs(x.data[i] as number), error[i] as number];
      square += (magnitude + own) ** 2 / channels;
      carriedSquare += (own * (2 * magnitude + own)) / channels;
    }
    const deviationError = (i: number) => {
      const own = error[i] as number;
      return share * (Math.abs(x.data[i] as number) + own + size) + own + given;
    };
    for (let c = 0; c < channels; c++) {
      const i = at(pixel, c);
      variance += ((x.data[i] as number) - mean) ** 2 / channels;
      spread += deviationError(i) ** 2 / channels;
    }
    const deviation = Math.sqrt(variance + epsilon);
    const shift = share * size + given;
    const lost = onePassError(channels, { square, carried: carriedSquare, mean, shift }, a) / (variance + epsilon);
    // |σ' − σ| ÷ σ where σ'² is within `lost` of σ², relative to it.
    const single = lost < 1 ? 1 - Math.sqrt(1 - lost) : Number.POSITIVE_INFINITY;
    const relative = Math.max(Math.sqrt(spread) / deviation, single) + gamma(channels + 6, a.unit);
    for (let c = 0; c < channels; c++) {
      const i = at(pixel, c);
      const centred = Math.abs((x.data[i] as number) - mean);
      const gain = Math.abs(weight[c] as number) / deviation;
      // |d'/σ' − d/σ| ≤ (|d' − d| + |d|·|σ' − σ|/σ) ÷ σ', and σ' ≥ σ·(1 − relative).
      const carried =
        relative < 1 ? (deviationError(i) + centred * relative) / (1 - relative) : Number.POSITIVE_INFINITY;
      const rounding = gamma(4, a.unit) * (gain * (centred + carried) + Math.abs(output.data[i] as number));
      out[i] = gain * carried + rounding + TINY;
    }
  }
  return out;
}

/**
 * The normalisation in float32, by two passes; or in one, as E[x²] − E[x]², in the ways that sum in another order than
 * forward.
 */
function normalized32({ node, inputs: [x], weights }: Emulated<LayerNormalization>, way: Way): Tensor {
  const weight = parameter(weights, `${node.name}.weight`);
  const bias = parameter(weights, `${node.name}.bias`);
  const data = new Float64Array(x.data.length);
  const order = orderOf(way.order, node.channels, 1);
  const { fround } = Math;
  eachPixel(x.shape, (first, step, channels) => {
    const at = (i: number) => x.data[first + (order?.[i] ?? i) * step] as number;
    let [sum, squares] = [0, 0];
    for (let i = 0; i < channels; i++) {
      sum = fround(sum + at(i));
      if (way.biasFirst) squares = fround(squares + fround(at(i) * at(i)));
    }
    const mean = fround(sum / channels);
    if (!way.biasFirst)
      for (let i = 0; i < channels; i++) squares = fround(squares + fround(fround(at(i) - mean) ** 2));
    const second = fround(squares / channels);
    const variance = way.biasFirst ? Math.max(0, fround(second - fround(mean * mean))) : second;
    const scale = fround(1 / fround(Math.sqrt(fround(variance + node.epsilon))));
    for (let i = 0, place = first; i < channels; i++, place += step) {
      const normal = fround(fround((x.data[place] as number) - mean) * scale);
      data[place] = fround(fround(normal * (weight[i] as number)) + (bias[i] as number));
    }
  });
  return { shape: x.shape, data };
}

export const layerNormalization: Operator<LayerNormalization> = {
  shape: sameChannels,
  parameters: ({ channels }) => [gain('weight', [channels]), bias(channels)],
  forward(node, [x], weights) {
    const weight = parameter(weights, `${node.name}.weight`);
    const bias = parameter(weights, `${node.name}.bias`);
    const data = new Float64Array(x.data.length);
    eachPixel(x.shape, (first, step, channels) => {
      const { mean, variance } = moments(x.data, first, step, channels);
      const scale = 1 / Math.sqrt(variance + node.epsilon);
      for (let i = 0, at = first; i < channels; i++, at += step)
        data[at] = ((x.data[at] as number) - mean) * scale * (weight[i] as number) + (bias[i] as number);
    });
    return { shape: x.shape, data };
  },
  emulate: normalized32,
  worstCase: (at, [error], a) => bounds(at, error, a),
  macs: () => 0,
  field: (_, input) => input,
  narrowed: fewerChannels,
  whyUndefined({ epsilon }) {
    // The variance is the pixel's own, and 0 where all channels are equal: then rounding alone would decide the result.
    if (epsilon === 0) return 'its epsilon is 0: a layer normalisation needs more, since its variance may be 0';
    return badEpsilon(epsilon);
  },
};
