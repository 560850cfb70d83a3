import { nchw, parameter, type Shape, sizeOf, type Tensor, type Weights } from '../tensor.ts';
import { convolve, convolve32, type Filters } from './convolve.ts';
import { type Dot, dotWorstCase, type Operands } from './dot.ts';
import type { Evaluated, Named, Operator } from './operator.ts';
import { bias, weight } from './parameters.ts';
import { type Arithmetic, absolute, gamma, magnitudes } from './rounding.ts';
import { plusBias, type Way } from './way.ts';
import { grow, windowsOver, windowText } from './window.ts';
import { allowsWinograd, type Tile, winograd, winogradRoundings } from './winograd.ts';

/** 2-D convolution. `linear`: 1×1, with its weight stored as a linear layer's [out, in]. */
type Conv = Filters & { op: 'Conv'; in: number; out: number; bias: boolean; linear?: true };

const area = ({ kernel }: Conv): number => kernel[0] * kernel[1];
const inGroup = (node: Conv): number => node.in / node.group;

function dotOf(node: Named<Conv>, weights: Weights, shape: Shape): Dot {
  const filters = parameter(weights, `${node.name}.weight`);
  return {
    weight: filters,
    bias: node.bias ? parameter(weights, `${node.name}.bias`) : undefined,
    terms: filters.length / node.out,
    sums: (operands) => convolve(operands, node, shape),
  };
}

/** The convolution in float32, by Winograd's algorithm where this way uses it and the window allows it. */
function emulated(node: Conv, operands: Operands, shape: Shape, way: Way): Tensor {
  if (way.winograd === undefined || !allowsWinograd(node)) return convolve32(operands, node, shape, way);
  const out = winograd(operands, node, shape, { tile: way.winograd, mode: 'float32', sums: way });
  return operands.bias === undefined ? out : plusBias(out, operands.bias);
}

const TILES: readonly Tile[] = [2, 4];

/**
 * How much more than a sum of products Winograd's algorithm may err, in tiles of 2×2 or 4×4 outputs: every value on a
 * path of n roundings has an error of at most γₙ of the sum of the magnitudes that enter it (Higham 2002, lemma 3.1), and
 * `magnitudes` sums them. It computes the same function of the inputs, so their errors pass through as in any
 * convolution.
 */
function winogradExcess({ node, inputs: [x], weights, output }: Evaluated<Conv>, error: Float64Array, a: Arithmetic) {
  const weight = parameter(weights, `${node.name}.weight`);
  const sizes = { shape: x.shape, data: magnitudes(x, error) };
  const sums = { rounding: 'float64', block: undefined } as const;
  const [first, second] = TILES.map((tile) => {
    const factor = gamma(inGroup(node) + winogradRoundings(tile), a.unit);
    const operands = { x: sizes, weight: absolute(weight), bias: undefined };
    return winograd(operands, node, output.shape, { tile, mode: 'magnitudes', sums }).data.map((one) => factor * one);
  }) as [Float64Array, Float64Array];
  return first.map((value, i) => Math.max(value, second[i] as number));
}

export const conv: Operator<Conv> = {
  shape(node, [first]) {
    const [n, c] = nchw(first);
    if (c !== node.in) throw new Error(`${node.name}: expects ${node.in} channels, gets ${c}`);
    return [n, node.out, ...windowsOver(node, first)];
  },
  parameters(node) {
    // He et al. 2015 (arXiv:1502.01852): variance 2 ÷ fan-in.
    const halfWidth = Math.sqrt(6 / (inGroup(node) * area(node)));
    const filters = weight([node.out, inGroup(node), ...(node.linear ? [] : node.kernel)], halfWidth, true);
    return node.bias ? [filters, bias(node.out)] : [filters];
  },
  forward(node, [x], weights, shape) {
    const { weight, bias, sums } = dotOf(node, weights, shape);
    return sums({ x, weight, bias });
  },
  winograd: allowsWinograd,
  emulate({ node, inputs: [x], weights, shape }, way) {
    const { weight, bias } = dotOf(node, weights, shape);
    return emulated(node, { x, weight, bias }, shape, way);
  },
  worstCase(at, [error], a) {
    const direct = dotWorstCase(dotOf(at.node, at.weights, at.output.shape), at, error, a);
    if (!allowsWinograd(at.node)) return direct;
    const excess = winogradExcess(at, error, a);
    // Its transforms make NaN of a tile that holds an infinity: a runtime that uses them there is wrong.
    return direct.map((bound, i) => bound + (Number.isFinite(excess[i]) ? (excess[i] as number) : 0));
  },
  macs: (node, output) => (sizeOf(output) * node.in * area(node)) / node.group,
  field: (node, input) => grow(input, node.kernel, node.strides),
  narrowed(node, channels) {
    // With fewer channels per group it would be another convolution.
    if (node.group > 1) return node.in > channels || node.out > channels ? undefined : node;
    return { ...node, in: Math.min(node.in, channels), out: Math.min(node.out, channels) };
  },
  window: ({ kernel, strides, group }) => `${windowText(kernel, strides)}${group > 1 ? ` g${group}` : ''}`,
  atOnce: (node, output) => sizeOf(output) / node.group,
  drawn: (node) => ({ fanIn: inGroup(node) * area(node), fanOut: node.out * area(node) }),
  counted: 'convolution',
};
