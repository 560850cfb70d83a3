import { nchw, parameter, type Shape, sizeOf, type Weights } from '../tensor.ts';
import { convolve, type Filters } from './convolve.ts';
import { type Dot, dotVariance, dotWorstCase } from './dot.ts';
import type { Named, Operator } from './operator.ts';
import { bias, weight } from './parameters.ts';
import { grow, windowsOver, windowText } from './window.ts';

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
  variance: (at, [vx], a) => dotVariance(dotOf(at.node, at.weights, at.output.shape), at, vx, a),
  worstCase: (at, [error], a) => dotWorstCase(dotOf(at.node, at.weights, at.output.shape), at, error, a),
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
