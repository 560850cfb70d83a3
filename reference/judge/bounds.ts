import { layerScale, normalisation, walk } from '../evaluate.ts';
import { TINY } from '../float32.ts';
import type { Graph, Node } from '../graph.ts';
import { conv } from '../ops/conv.ts';
import { affine } from '../ops/elementwise.ts';
import { geluSlope, normalCdf } from '../ops/gelu.ts';
import { gemm } from '../ops/gemm.ts';
import { eachPixel, moments } from '../ops/layernorm.ts';
import { maxPool } from '../ops/pool.ts';
import { padChannels, slice } from '../ops/shape.ts';
import { parameter, type Tensor, type Weights, zeros } from '../tensor.ts';

/**
 * How a precision rounds: `unit` is the unit roundoff of every addition, product and store (2⁻²⁴ for float32, round
 * to nearest); `operand` the relative rounding of a product's operands before it is formed (2⁻¹¹ for TF32, else 0).
 */
export type Arithmetic = { readonly unit: number; readonly operand: number };

export const FLOAT32: Arithmetic = { unit: 2 ** -24, operand: 0 };

/**
 * Standard deviations that an error may reach. Rounding errors are modelled as independent, of mean zero and of the
 * largest size each can have (deviation `unit` where a uniform one has unit/√3). 12 deviations leave the modelled
 * chance of a false alarm per element below 1e-32; what they buy is room for what the model leaves out: errors of
 * one weight are shared by all pixels, and kernels may re-associate (Winograd, split reductions).
 */
export const DEVIATIONS = 12;

/** A loop: Float64Array.from would box every value before it maps it, and take fifty times as long. */
function squared(values: ArrayLike<number>): Float64Array {
  const squares = new Float64Array(values.length);
  for (let i = 0; i < squares.length; i++) squares[i] = (values[i] as number) ** 2;
  return squares;
}

/**
 * Variances of a node of dot products of k terms, one per output, from its input's values and variances.
 * Summation errors follow Higham and Mary 2019 (SIAM J. Sci. Comput. 41) in expectation: with terms tᵢ in random
 * order, E Σ sₖ² = k·(S²/3 + V/6) for the partial sums sₖ, the sum S and V = Σ tᵢ². Products add unit²·V, rounded
 * operands 2·operand²·V. What the inputs carry passes through the squared weights, as V does: one evaluation does both.
 */
function dotVariance(
  node: Node & { op: 'Conv' | 'Gemm' },
  x: Tensor,
  vx: Tensor,
  output: Tensor,
  weights: Weights,
  a: Arithmetic,
): Float64Array {
  const w2 = squared(parameter(weights, `${node.name}.weight`));
  const k = w2.length / node.out;
  const u2 = a.unit * a.unit;
  const perProduct = u2 * (k / 6 + 1) + 2 * a.operand * a.operand;
  const terms = {
    shape: x.shape,
    data: vx.data.map((variance, i) => variance + perProduct * (x.data[i] as number) ** 2),
  };
  const passed =
    node.op === 'Conv' ? conv(terms, w2, undefined, node, output.shape) : gemm(terms, w2, undefined, output.shape);
  return passed.data.map((variance, i) => variance + (u2 * k * (output.data[i] as number) ** 2) / 3);
}

/**
 * Variances of a layer normalisation. With x̂ the normalised values, an error δ of the inputs becomes
 * γᵢ/σ·(δᵢ − mean(δ) − x̂ᵢ·mean(x̂δ)). Own roundings: the mean's sum (as in dotVariance) shifts all channels of a pixel,
 * the variance's scales them; its error is relative to the mean square, since kernels may subtract mean² from it.
 */
function layerNormVariance(
  node: Node & { op: 'LayerNormalization' },
  x: Tensor,
  vx: Tensor,
  weights: Weights,
  a: Arithmetic,
): Float64Array {
  const weight = parameter(weights, `${node.name}.weight`);
  const bias = parameter(weights, `${node.name}.bias`);
  const u2 = a.unit * a.unit;
  const data = new Float64Array(x.data.length);
  eachPixel(x.shape, (first, step, channels) => {
    const { mean, variance, square } = moments(x.data, first, step, channels);
    const spread = variance + node.epsilon;
    const normal = (at: number) => ((x.data[at] as number) - mean) / Math.sqrt(spread);
    const sums = [0, 0, 0];
    for (let i = 0, at = first; i < channels; i++, at += step)
      for (let power = 0; power < 3; power++)
        sums[power] = (sums[power] as number) + normal(at) ** power * (vx.data[at] as number);
    const [s0, s1, s2] = sums as [number, number, number];
    const shift = (u2 * ((channels * mean * mean) / 3 + square / 6 + mean * mean)) / spread;
    const scale = u2 * (channels / 3 + 2) * (square / (2 * spread)) ** 2;
    for (let i = 0, at = first; i < channels; i++, at += step) {
      const value = normal(at);
      const gain = weight[i] as number;
      const own = (vx.data[at] as number) * (1 - (2 * (1 + value * value)) / channels);
      const carried = (own + (s0 + 2 * value * s1 + value * value * s2) / (channels * channels)) / spread;
      // Difference, reciprocal root, two products and the sum: at most five roundings more.
      const rounded = shift + value * value * (scale + 5 * u2);
      data[at] = gain * gain * (Math.max(carried, 0) + rounded) + u2 * (bias[i] as number) ** 2;
    }
  });
  return data;
}

/** Variance of a node's output, from its inputs' values and variances and its own output. */
function nodeVariance(
  node: Node,
  inputs: readonly Tensor[],
  variances: readonly Tensor[],
  output: Tensor,
  weights: Weights,
  a: Arithmetic,
): Float64Array {
  const [x] = inputs;
  const [vx, vy] = variances;
  if (x === undefined || vx === undefined) throw new Error(`${node.name}: no input`);
  const rounded = (value: number, variance: number) => variance + a.unit * a.unit * value * value;
  switch (node.op) {
    case 'Conv':
    case 'Gemm':
      return dotVariance(node, x, vx, output, weights, a);
    case 'BatchNormalization': {
      // Folded or not, at most four roundings: the normalisation's own, and those of the folded weight and shift.
      const { scale, shift } = normalisation(node, weights);
      const carried = affine(vx, squared(scale), new Float64Array(scale.length)).data;
      const terms = affine({ shape: x.shape, data: squared(x.data) }, squared(scale), squared(shift)).data;
      return carried.map((variance, i) => variance + 4 * a.unit * a.unit * (terms[i] as number));
    }
    case 'LayerNormalization':
      return layerNormVariance(node, x, vx, weights, a);
    case 'Mul': {
      const gains = squared(layerScale(node, weights));
      const carried = affine(vx, gains, new Float64Array(gains.length)).data;
      return output.data.map((value, i) => rounded(value, carried[i] as number));
    }
    case 'Gelu':
      // x·½(1 + erf(x/√2)): far to the left the sum cancels, so the error function's rounding is absolute there.
      return vx.data.map((variance, i) => {
        const value = x.data[i] as number;
        const erf = 2 * normalCdf(value) - 1;
        const inner = geluSlope(value) - normalCdf(value);
        const own = (value * value * (erf * erf + (1 + erf) ** 2)) / 4 + 2 * (value * inner) ** 2;
        return rounded(Math.SQRT2 * (output.data[i] as number), geluSlope(value) ** 2 * variance + a.unit ** 2 * own);
      });
    case 'Relu': {
      // A value within its own error of zero may fall on either side: it keeps its variance.
      const edge = DEVIATIONS * DEVIATIONS;
      return vx.data.map((variance, i) =>
        (x.data[i] as number) > 0 || (x.data[i] as number) ** 2 < edge * variance ? variance : 0,
      );
    }
    case 'Add':
      return output.data.map((value, i) => rounded(value, (vx.data[i] as number) + (vy?.data[i] ?? 0)));
    case 'MaxPool':
      return maxPool(x, node, output.shape, vx.data).data;
    case 'GlobalAveragePool': {
      // Errors of one channel share their weights' roundings, so they are taken as fully correlated: deviations average.
      const area = x.data.length / output.data.length;
      return output.data.map((_, plane) => {
        let deviation = 0;
        let magnitude = 0;
        for (let i = plane * area; i < (plane + 1) * area; i++) {
          deviation += Math.sqrt(vx.data[i] as number);
          magnitude += Math.abs(x.data[i] as number);
        }
        return (deviation / area) ** 2 + area * (a.unit * (magnitude / area)) ** 2;
      });
    }
    case 'Flatten':
      return vx.data;
    case 'Slice':
      return slice(vx, node, output.shape).data;
    case 'Pad':
      return padChannels(vx, node, output.shape).data;
  }
}

export type Truth = {
  /** The exact output, up to float64 rounding. */
  readonly value: Tensor;
  /** What an output computed in the given arithmetic may differ by, per element: a statistical bound. */
  readonly allowed: Float64Array;
};

/**
 * Float64 truth of the wanted nodes with a statistical bound on the error of a whole-network evaluation in `a`:
 * every rounding's variance is derived from the actual values and carried through the following layers.
 * `wanted` maps a tap's name to a node's. The input is taken as exact.
 */
export function truth(
  graph: Graph,
  weights: Weights,
  input: Tensor,
  wanted: ReadonlyMap<string, string>,
  a: Arithmetic,
): Map<string, Truth> {
  // Keyed by the value's tensor, so that a variance is forgotten when `walk` forgets the value.
  const variances = new WeakMap<Tensor, Tensor>([[input, zeros(input.shape)]]);
  const taps = new Map<string, Truth>();
  const names = new Map([...wanted].map(([tap, node]) => [node, tap]));
  walk(graph, weights, input, (node, inputs, output) => {
    const carried = inputs.map((value) => variances.get(value) ?? zeros([0]));
    const data = nodeVariance(node, inputs, carried, output, weights, a);
    variances.set(output, { shape: output.shape, data });
    const tap = names.get(node.name);
    // The store of the result itself rounds by at most half a unit, and may flush a denormal to zero.
    if (tap !== undefined)
      taps.set(tap, {
        value: output,
        allowed: data.map((v, i) => DEVIATIONS * Math.sqrt(v) + a.unit * Math.abs(output.data[i] as number) + TINY),
      });
  });
  return taps;
}
