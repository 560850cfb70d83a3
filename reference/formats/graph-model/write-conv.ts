import type { Node } from '../../graph.ts';
import { parameter, type Weights } from '../../tensor.ts';
import { FLOAT, type GraphDef, INT32, list, NHWC, s } from './graph-def.ts';

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

/** A convolution to write: its input, the name of its value, and whether a ReLU is fused in. */
type Exported = {
  readonly node: Conv;
  /** Adds the node: as the value of the graph, or as a step to it. */
  readonly as: 'node' | 'step';
  readonly weight: Float32Array;
  readonly bias: Float32Array | undefined;
  readonly input: string;
  readonly name: string;
  readonly relu: boolean;
};

/** A TensorFlow operator's names, without and with fused bias and ReLU. */
type Ops = { readonly plain: string; readonly fused: string };

/** Writes the node of a convolution: the fused operator where there is a bias. */
function fused(w: GraphDef, ops: Ops, conv: Exported & { readonly filter: string; readonly attr: object }): string {
  const { node, as, bias, input, name, relu, filter } = conv;
  const attr = { ...conv.attr };
  if (bias === undefined) return w[as](name, ops.plain, [input, filter], attr);
  const added = w.constant(`${node.name}.bias`, [node.out], bias);
  const fused_ops = { list: { s: [btoa('BiasAdd'), ...(relu ? [btoa('Relu')] : [])] } };
  const more = { fused_ops, num_args: { i: '1' }, epsilon: { f: 0 } };
  return w[as](name, ops.fused, [input, filter, added], { ...attr, ...more });
}

/**
 * Writes a convolution with its bias and, if requested, ReLU fused in. A grouped one becomes one convolution per group
 * between a split and a concatenation of channels; a depthwise one becomes TensorFlow's own operator.
 */
export function convolution(
  w: GraphDef,
  node: Conv,
  weights: Weights,
  { name, relu }: { name: string; relu: boolean },
) {
  const [input = ''] = node.inputs;
  const weight = parameter(weights, `${node.name}.weight`);
  const bias = node.bias ? parameter(weights, `${node.name}.bias`) : undefined;
  const whole: Exported = { node, as: 'node', weight, bias, input, name, relu };
  if (node.group === 1) return dense(w, whole);
  if (node.group === node.in && node.group === node.out) return depthwise(w, whole);
  const { group } = node;
  const part = { ...node, in: node.in / group, out: node.out / group, group: 1 };
  const axis = w.constant(`${name}.axis`, [], Int32Array.of(3));
  const split = w.step(`${name}.split`, 'Split', [axis, input], { T: FLOAT, num_split: { i: `${group}` } });
  const size = weight.length / group;
  const parts = Array.from({ length: group }, (_, g) => {
    const own = { ...part, name: `${node.name}.group${g}` };
    return dense(w, {
      node: own,
      as: 'step',
      weight: weight.subarray(g * size, (g + 1) * size),
      bias: bias?.subarray(g * part.out, (g + 1) * part.out),
      input: g === 0 ? split : `${split}:${g}`,
      name: own.name,
      relu,
    });
  });
  return w.node(name, 'ConcatV2', [...parts, axis], { T: FLOAT, N: { i: `${group}` }, Tidx: INT32 });
}

/** A convolution of one group, with its bias and ReLU fused in. */
function dense(w: GraphDef, conv: Exported): string {
  const { node, weight } = conv;
  const filter = w.constant(`${node.name}.weight`, [...node.kernel, node.in, node.out], hwio(weight, node));
  return fused(w, { plain: 'Conv2D', fused: '_FusedConv2D' }, { ...conv, filter, attr: attributes(node) });
}

/** A depthwise convolution: one filter per channel. */
function depthwise(w: GraphDef, conv: Exported): string {
  const { node, weight } = conv;
  const filter = w.constant(`${node.name}.weight`, [...node.kernel, node.in, 1], hwio(weight, node));
  const ops = { plain: 'DepthwiseConv2dNative', fused: 'FusedDepthwiseConv2dNative' };
  // Padding that keeps the size is SAME, which more TF.js backends support than explicit padding.
  const same =
    `${node.strides}` === '1,1' && node.pads.every((pad, i) => 2 * pad + 1 === (node.kernel[i % 2] as number));
  const attr = same ? { ...attributes(node), padding: s('SAME'), explicit_paddings: list([]) } : attributes(node);
  return fused(w, ops, { ...conv, filter, attr });
}
