import type { Arithmetic } from './bounds.ts';
import { normalisation } from './evaluate.ts';
import type { Node } from './graph.ts';
import { conv } from './ops/conv.ts';
import { gemm } from './ops/gemm.ts';
import { globalAveragePool } from './ops/pool.ts';
import { parameter, type Tensor, type Weights } from './tensor.ts';

/**
 * γₙ = n·u ÷ (1 − n·u): what n roundings can add up to, relatively, in the worst case (Higham 2002, *Accuracy and
 * Stability of Numerical Algorithms*, lemma 3.1). Throws RangeError where n·u reaches 1 and nothing is bounded.
 */
export function gamma(n: number, unit: number): number {
  if (n * unit >= 1) throw new RangeError(`no bound: ${n} roundings of ${unit}`);
  return (n * unit) / (1 - n * unit);
}

/** Smallest normal float32: a value below it may be flushed to zero. */
const TINY = 2 ** -126;

const magnitudes = (x: Tensor): Tensor => ({ shape: x.shape, data: x.data.map(Math.abs) });
const absolute = (values: ArrayLike<number>): Float64Array => Float64Array.from(values, Math.abs);

/**
 * What the output of one node may differ by, per element, when its inputs are exact: a rigorous bound for any order of
 * summation, with or without fused multiply-add, and with denormals kept or flushed (Higham 2002, section 3.1). It
 * does not cover algorithms that compute other sums, as Winograd's convolution does.
 */
export function rigorousBound(
  node: Node,
  inputs: readonly Tensor[],
  output: Tensor,
  weights: Weights,
  a: Arithmetic,
): Float64Array {
  const [x] = inputs;
  if (x === undefined) throw new Error(`${node.name}: no input`);
  switch (node.op) {
    case 'Conv':
    case 'Gemm': {
      const weight = absolute(parameter(weights, `${node.name}.weight`));
      const bias = node.op === 'Gemm' || node.bias ? absolute(parameter(weights, `${node.name}.bias`)) : undefined;
      const size = magnitudes(x);
      const sums =
        node.op === 'Conv' ? conv(size, weight, bias, node, output.shape) : gemm(size, weight, bias, output.shape);
      const k = weight.length / node.out;
      // k products, k additions of which one may be the bias', and twice the operands' rounding.
      const factor = gamma(k + 1, a.unit) + 2 * a.operand + a.operand ** 2;
      return sums.data.map((sum) => factor * sum + (k + 1) * TINY);
    }
    case 'BatchNormalization': {
      const { scale, shift } = normalisation(node, weights);
      const mean = parameter(weights, `${node.name}.running_mean`);
      const area = x.data.length / ((x.shape[0] ?? 1) * node.channels);
      // x − mean, var + ε, its root and reciprocal, the gain's and the bias' operations: eight roundings on any path.
      const factor = gamma(8, a.unit);
      return x.data.map((value, i) => {
        const channel = Math.floor(i / area) % node.channels;
        const gain = Math.abs(scale[channel] as number);
        const centre = gain * Math.abs(mean[channel] as number);
        return factor * (gain * Math.abs(value) + 2 * centre + Math.abs(shift[channel] as number)) + 3 * TINY;
      });
    }
    case 'LayerNormalization':
      return layerNormBound(x, node.channels, node.epsilon, parameter(weights, `${node.name}.weight`), output, a);
    case 'Gelu':
      // ½·x·(1 + erf(x/√2)): the error function within four units of 1, its argument, the sum and two products.
      return x.data.map((value) => gamma(8, a.unit) * Math.abs(value) + TINY);
    case 'Mul':
    case 'Add':
      return output.data.map((value) => a.unit * Math.abs(value) + TINY);
    case 'GlobalAveragePool': {
      const area = x.data.length / output.data.length;
      const factor = gamma(area + 1, a.unit);
      return globalAveragePool(magnitudes(x), output.shape).data.map((mean) => factor * mean + (area + 1) * TINY);
    }
    case 'Relu':
    case 'MaxPool':
    case 'Flatten':
    case 'Slice':
    case 'Pad':
      // They copy: only a denormal may be flushed.
      return new Float64Array(output.data.length).fill(TINY);
  }
}

/**
 * Layer normalisation over the channels of each pixel, computed in two passes: the mean's error reaches every deviation
 * from it, theirs the variance, and all of them the quotient. A runtime that takes E[x²] − E[x]² is not covered.
 */
function layerNormBound(
  x: Tensor,
  channels: number,
  epsilon: number,
  weight: ArrayLike<number>,
  output: Tensor,
  a: Arithmetic,
): Float64Array {
  const out = new Float64Array(output.data.length);
  const area = x.data.length / ((x.shape[0] ?? 1) * channels);
  const at = (pixel: number, channel: number) =>
    (Math.floor(pixel / area) * channels + channel) * area + (pixel % area);
  const share = gamma(channels + 2, a.unit);
  for (let pixel = 0; pixel < x.data.length / channels; pixel++) {
    let [mean, size, variance, spread] = [0, 0, 0, 0];
    for (let c = 0; c < channels; c++) {
      const value = x.data[at(pixel, c)] as number;
      mean += value / channels;
      size += Math.abs(value) / channels;
    }
    const deviationError = (value: number) => share * (Math.abs(value) + size);
    for (let c = 0; c < channels; c++) {
      const value = x.data[at(pixel, c)] as number;
      variance += (value - mean) ** 2 / channels;
      spread += deviationError(value) ** 2 / channels;
    }
    const deviation = Math.sqrt(variance + epsilon);
    const relative = Math.sqrt(spread) / deviation + gamma(channels + 6, a.unit);
    for (let c = 0; c < channels; c++) {
      const i = at(pixel, c);
      const value = x.data[i] as number;
      const gain = Math.abs(weight[c] as number) / deviation;
      const carried = deviationError(value) + (Math.abs(value - mean) * relative) / (1 - relative);
      out[i] =
        gain * carried + gamma(4, a.unit) * (gain * Math.abs(value - mean) + Math.abs(output.data[i] as number)) + TINY;
    }
  }
  return out;
}
