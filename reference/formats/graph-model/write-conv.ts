import type { Node } from '../../graph.ts';
import { parameter, type Weights } from '../../tensor.ts';
import { FLOAT, INT32, list, NHWC, s, type Writer } from './writer.ts';

type Conv = Node & { op: 'Conv' };

/** OIHW to HWIO. */
function hwio(weight: Float32Array, node: Conv): Float32Array {
  const [kh, kw] = node.kernel;
  const inner = node.in / node.group;
  const out = new Float32Array(weight.length);
  let at = 0;
  for (let o = 0; o < node.out; o++)
    for (let i = 0; i < inner; i++)
      for (let k = 0; k < kh * kw; k++) out[(k * inner + i) * node.out + o] = weight[at++] as number;
  return out;
}

function attributes(node: Conv): { [name: string]: unknown } {
  const [top, left, bottom, right] = node.pads;
  return {
    T: FLOAT,
    strides: list([1, ...node.strides, 1]),
    dilations: list([1, 1, 1, 1]),
    padding: s('EXPLICIT'),
    explicit_paddings: list([0, 0, top, bottom, left, right, 0, 0]),
    data_format: NHWC,
  };
}

/** The node of a convolution: the operator that has a bias and a ReLU, where there is a bias. */
function fused(
  w: Writer,
  ops: { plain: string; fused: string },
  attr: { [name: string]: unknown },
  inputs: string[],
  node: Conv,
  bias: Float32Array | undefined,
  name: string,
  relu: boolean,
): string {
  if (bias === undefined) return w.node(name, ops.plain, inputs, attr);
  const added = w.constant(`${node.name}.bias`, [node.out], bias);
  const fused_ops = { list: { s: [btoa('BiasAdd'), ...(relu ? [btoa('Relu')] : [])] } };
  return w.node(name, ops.fused, [...inputs, added], { ...attr, fused_ops, num_args: { i: '1' }, epsilon: { f: 0 } });
}

/**
 * A convolution with its bias and, where asked, ReLU fused in. One of several groups becomes so many convolutions
 * between a split and a concatenation of channels, and a depthwise one TensorFlow's own.
 */
export function convolution(
  w: Writer,
  node: Conv,
  weights: Weights,
  input: string,
  name: string,
  relu: boolean,
): string {
  const weight = parameter(weights, `${node.name}.weight`);
  const bias = node.bias ? parameter(weights, `${node.name}.bias`) : undefined;
  if (node.group === 1) return dense(w, node, weight, bias, input, name, relu);
  if (node.group === node.in && node.group === node.out) return depthwise(w, node, weight, bias, input, name, relu);
  const { group } = node;
  const part = { ...node, in: node.in / group, out: node.out / group, group: 1 };
  const axis = w.constant(`${name}.axis`, [], Int32Array.of(3));
  w.node(`${name}.split`, 'Split', [axis, input], { T: FLOAT, num_split: { i: `${group}` } });
  const size = weight.length / group;
  const parts = Array.from({ length: group }, (_, g) => {
    const own = { ...part, name: `${node.name}.group${g}` };
    const ownBias = bias?.subarray(g * part.out, (g + 1) * part.out);
    const source = g === 0 ? `${name}.split` : `${name}.split:${g}`;
    return dense(w, own, weight.subarray(g * size, (g + 1) * size), ownBias, source, own.name, relu);
  });
  return w.node(name, 'ConcatV2', [...parts, axis], { T: FLOAT, N: { i: `${group}` }, Tidx: INT32 });
}

/** A convolution of one group, with its bias and ReLU fused in. */
function dense(
  w: Writer,
  node: Conv,
  weight: Float32Array,
  bias: Float32Array | undefined,
  input: string,
  name: string,
  relu: boolean,
): string {
  const filter = w.constant(`${node.name}.weight`, [...node.kernel, node.in, node.out], hwio(weight, node));
  const attr = attributes(node);
  return fused(w, { plain: 'Conv2D', fused: '_FusedConv2D' }, attr, [input, filter], node, bias, name, relu);
}

/** One filter for each channel. */
function depthwise(
  w: Writer,
  node: Conv,
  weight: Float32Array,
  bias: Float32Array | undefined,
  input: string,
  name: string,
  relu: boolean,
): string {
  const filter = w.constant(`${node.name}.weight`, [...node.kernel, node.in, 1], hwio(weight, node));
  const ops = { plain: 'DepthwiseConv2dNative', fused: 'FusedDepthwiseConv2dNative' };
  // What keeps the size is SAME, which more of TF.js' backends take than explicit padding.
  const same =
    `${node.strides}` === '1,1' && node.pads.every((pad, i) => 2 * pad + 1 === (node.kernel[i % 2] as number));
  const attr = same ? { ...attributes(node), padding: s('SAME'), explicit_paddings: list([]) } : attributes(node);
  return fused(w, ops, attr, [input, filter], node, bias, name, relu);
}
