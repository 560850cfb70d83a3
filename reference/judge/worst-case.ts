import { layerScale, normalisation, walk } from '../evaluate.ts';
import { TINY } from '../float32.ts';
import { type Graph, INPUT, type Node } from '../graph.ts';
import { conv } from '../ops/conv.ts';
import { gemm } from '../ops/gemm.ts';
import { globalAveragePool, maxPool } from '../ops/pool.ts';
import { padChannels, slice } from '../ops/shape.ts';
import { parameter, type Tensor, type Weights } from '../tensor.ts';
import type { Arithmetic, Truth } from './bounds.ts';

/**
 * γₙ = n·u ÷ (1 − n·u): what n roundings can add up to, relatively, in the worst case (Higham 2002, *Accuracy and
 * Stability of Numerical Algorithms*, lemma 3.1). Throws RangeError where n·u reaches 1 and nothing is bounded.
 */
export function gamma(n: number, unit: number): number {
  if (n * unit >= 1) throw new RangeError(`no bound: ${n} roundings of ${unit}`);
  return (n * unit) / (1 - n * unit);
}

const absolute = (values: ArrayLike<number>): Float64Array => new Float64Array(values).map(Math.abs);

/**
 * What the output of one node may differ by, per element: a rigorous bound for any order of summation, with or without
 * fused multiply-add, and with denormals kept or flushed, read or written (Higham 2002, section 3.1). `inputs` and
 * `output` are exact; `errors` is what each input may differ by itself, where a node is fed by one that rounds. It does
 * not cover algorithms that compute other sums, as Winograd's convolution does, nor a sum that leaves float32's range on
 * the way to a result within it. Infinity where nothing is bounded.
 */
export function rigorousBound(
  node: Node,
  inputs: readonly Tensor[],
  output: Tensor,
  weights: Weights,
  a: Arithmetic,
  errors: readonly Float64Array[] = inputs.map((input) => new Float64Array(input.data.length)),
): Float64Array {
  const [x] = inputs;
  // A denormal may be read as zero.
  const [error, other] = errors.map((one) => one.map((value) => value + TINY));
  if (x === undefined || error === undefined) throw new Error(`${node.name}: no input`);
  /** Largest magnitude that the runtime may see of an input's value. */
  const size = x.data.map((value, i) => Math.abs(value) + (error[i] as number));
  const carried: Tensor = { shape: x.shape, data: error };
  switch (node.op) {
    case 'Conv':
    case 'Gemm': {
      const weight = absolute(parameter(weights, `${node.name}.weight`));
      const k = weight.length / node.out;
      // k products, k additions of which one may be the bias', and twice the operands' rounding.
      const factor = gamma(k + 1, a.unit) + 2 * a.operand + a.operand ** 2;
      const bias =
        node.op === 'Gemm' || node.bias
          ? absolute(parameter(weights, `${node.name}.bias`)).map((value) => factor * value)
          : undefined;
      const each: Tensor = { shape: x.shape, data: size.map((value, i) => factor * value + (error[i] as number)) };
      const sums =
        node.op === 'Conv'
          ? conv(each, weight, bias, node, output.shape)
          : gemm(each, weight, bias ?? [], output.shape);
      return sums.data.map((sum) => sum + (k + 1) * TINY);
    }
    case 'BatchNormalization': {
      const { scale, shift } = normalisation(node, weights);
      const mean = parameter(weights, `${node.name}.running_mean`);
      const area = x.data.length / ((x.shape[0] ?? 1) * node.channels);
      // x − mean, var + ε, its root and reciprocal, the gain's and the bias' operations: eight roundings on any path.
      const factor = gamma(8, a.unit);
      return size.map((value, i) => {
        const channel = Math.floor(i / area) % node.channels;
        const gain = Math.abs(scale[channel] as number);
        const centre = gain * Math.abs(mean[channel] as number);
        const rounding = factor * (gain * value + 2 * centre + Math.abs(shift[channel] as number));
        return rounding + gain * (error[i] as number) + 3 * TINY;
      });
    }
    case 'LayerNormalization':
      return layerNormBound(
        x,
        error,
        node.channels,
        node.epsilon,
        parameter(weights, `${node.name}.weight`),
        output,
        a,
      );
    case 'Gelu':
      // ½·x·(1 + erf(x/√2)): the error function within four units of 1, its argument, the sum and two products.
      return size.map((value, i) => gamma(8, a.unit) * value + GELU_SLOPE * (error[i] as number) + TINY);
    case 'Mul': {
      const scale = layerScale(node, weights);
      const area = x.data.length / ((x.shape[0] ?? 1) * node.channels);
      return size.map((value, i) => {
        const factor = Math.abs(scale[Math.floor(i / area) % node.channels] as number);
        return factor * (a.unit * value + (error[i] as number)) + TINY;
      });
    }
    case 'Add': {
      const second = other ?? error;
      return output.data.map((value, i) => {
        const before = (error[i] as number) + (second[i] as number);
        return a.unit * (Math.abs(value) + before) + before + TINY;
      });
    }
    case 'GlobalAveragePool': {
      const area = x.data.length / output.data.length;
      const factor = gamma(area + 1, a.unit);
      const each: Tensor = { shape: x.shape, data: size.map((value, i) => factor * value + (error[i] as number)) };
      return globalAveragePool(each, output.shape).data.map((mean) => mean + (area + 1) * TINY);
    }
    // These copy: an error goes where its value goes, and only a denormal may be flushed.
    case 'Relu':
    case 'Flatten':
      return error.map((value) => value + TINY);
    case 'MaxPool':
      // |max a − max b| ≤ max |a − b|.
      return maxPool(carried, node, output.shape).data.map((value) => value + TINY);
    case 'Slice':
      return slice(carried, node, output.shape).data.map((value) => value + TINY);
    case 'Pad':
      return padChannels(carried, node, output.shape).data.map((value) => value + TINY);
  }
}

/** Largest slope of x·Φ(x), which it has at √2: 1.1289… */
const GELU_SLOPE = 1.129;

/**
 * A graph's exact output, and what a runtime's may differ by in the worst case. The bound carries every node's error
 * through the next, so it is sharp for one node, useful for a few, and too wide for a network.
 */
export function rigorous(graph: Graph, weights: Weights, input: Tensor, a: Arithmetic): Truth {
  const exact = new Float64Array(input.data.length);
  const errors = new Map<string, Float64Array>([[INPUT, exact]]);
  let result: Truth | undefined;
  walk(graph, weights, input, (node, inputs, output) => {
    const before = node.inputs.map((name) => errors.get(name) ?? exact);
    const allowed = rigorousBound(node, inputs, output, weights, a, before);
    errors.set(node.name, allowed);
    if (node.name === graph.output) result = { value: output, allowed };
  });
  if (result === undefined) throw new Error(`${graph.output} was not computed`);
  return result;
}

/**
 * Layer normalisation over the channels of each pixel, computed in two passes: the mean's error reaches every deviation
 * from it, theirs the variance, and all of them the quotient. A runtime that takes E[x²] − E[x]² is not covered.
 */
function layerNormBound(
  x: Tensor,
  error: Float64Array,
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
    let [mean, size, given, variance, spread] = [0, 0, 0, 0, 0];
    for (let c = 0; c < channels; c++) {
      const i = at(pixel, c);
      mean += (x.data[i] as number) / channels;
      size += (Math.abs(x.data[i] as number) + (error[i] as number)) / channels;
      given += (error[i] as number) / channels;
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
    const relative = Math.sqrt(spread) / deviation + gamma(channels + 6, a.unit);
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
