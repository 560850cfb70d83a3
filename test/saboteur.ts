import { evaluateNode } from '../reference/evaluate.ts';
import { type Graph, INPUT, inferShapes, type Node } from '../reference/graph.ts';
import { nchw, type Tensor, type Weights } from '../reference/tensor.ts';
import type { RunGraph } from '../suites/locate/locate.ts';

/** A defect in one node: computes its output wrongly, with the right shape. */
export type Defect = (node: Node, inputs: readonly Tensor[], weights: Weights, shape: readonly number[]) => Tensor;

const right: Defect = evaluateNode;

/** A float32 runtime with a defect in one node only. `others` compute the other nodes. All values are rounded to float32. */
export function saboteur(planted: string, defect: Defect, others: Defect = right): RunGraph {
  return async (graph: Graph, weights: Weights, input: Tensor) => {
    const [batch, , size] = nchw(input.shape);
    const shapes = inferShapes(graph, batch, size);
    const values = new Map<string, Tensor>([[INPUT, input]]);
    for (const node of graph.nodes) {
      const inputs = node.inputs.flatMap((name) => values.get(name) ?? []);
      const shape = shapes.get(node.name) ?? [];
      const compute = node.name === planted ? defect : others;
      const { data } = compute(node, inputs, weights, shape);
      values.set(node.name, { shape, data: data.map(Math.fround) });
    }
    return values.get(graph.output)?.data ?? [];
  };
}

const after =
  (change: (value: number, channel: number) => number): Defect =>
  (node, inputs, weights, shape) => {
    const { data } = right(node, inputs, weights, shape);
    const area = data.length / ((shape[0] ?? 1) * (shape[1] ?? 1));
    return { shape, data: data.map((value, i) => change(value, Math.floor(i / area) % (shape[1] ?? 1))) };
  };

const withWeight =
  (change: (weight: Float32Array, node: Node) => Float32Array): Defect =>
  (node, inputs, weights, shape) => {
    const name = `${node.name}.weight`;
    return right(
      node,
      inputs,
      new Map(weights).set(name, change(weights.get(name) ?? new Float32Array(0), node)),
      shape,
    );
  };

/** float16's eleven bits, for values in its normal range. */
const half = (value: number): number => {
  if (value === 0) return 0;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 10);
  return Math.round(value / unit) * unit;
};

/** Defects that runtimes have had, by name. */
export const DEFECTS: { readonly [name: string]: Defect } = {
  'wrong stride': (node, inputs, weights, shape) => {
    if (node.op !== 'Conv') throw new Error('a stride is a convolution’s');
    const strides = node.strides[0] === 1 ? ([2, 2] as const) : ([1, 1] as const);
    const [n, c, h, w] = nchw(shape);
    const { shape: other, data } = right({ ...node, strides }, inputs, weights, spread(inputs[0], strides[0], c));
    const [, , oh, ow] = nchw(other);
    const out = new Float64Array(n * c * h * w);
    for (let i = 0; i < out.length; i++) {
      const [x, y, plane] = [i % w, Math.floor(i / w) % h, Math.floor(i / (w * h))];
      if (x < ow && y < oh) out[i] = data[(plane * oh + y) * ow + x] as number;
    }
    return { shape, data: out };
  },
  'wrong pad': (node, inputs, weights, shape) =>
    node.op === 'Conv'
      ? right({ ...node, pads: [0, 1, 2, 1] }, inputs, weights, shape)
      : right(node, inputs, weights, shape),
  'wrong epsilon': (node, inputs, weights, shape) =>
    right(node.op === 'BatchNormalization' ? { ...node, epsilon: 1e-3 } : node, inputs, weights, shape),
  'swapped channels': (node, inputs, weights, shape) => {
    const { data } = right(node, inputs, weights, shape);
    const channels = shape[1] ?? 1;
    const area = data.length / ((shape[0] ?? 1) * channels);
    // The middle ones: the outer channels of a padded shortcut are all zero.
    const at = Math.max(1, Math.floor(channels / 2)) * area;
    if (channels < 2) return { shape, data };
    const first = data.slice(at - area, at);
    data.copyWithin(at - area, at, at + area);
    data.set(first, at);
    return { shape, data };
  },
  'missing ReLU': (_, inputs, __, shape) => ({ shape, data: inputs[0]?.data.slice() ?? new Float64Array(0) }),
  'ReLU where none belongs': after((value) => Math.max(value, 0)),
  'one channel 1 % too large': after((value, channel) => (channel === 3 ? value * 1.01 : value)),
  'float16 in one layer': after(half),
  'transposed weights': withWeight((weight, node) => {
    const [kh, kw] = node.op === 'Conv' ? node.kernel : [1, 1];
    return weight.map((_, i) => {
      const [x, y] = [i % kw, Math.floor(i / kw) % kh];
      return weight[i - (y * kw + x) + x * kw + y] as number;
    });
  }),
};

/** Shape of a 3×3 convolution's output at another stride. */
function spread(x: Tensor | undefined, stride: number, channels: number): number[] {
  const [n, , h, w] = nchw(x?.shape ?? []);
  return [n, channels, Math.ceil(h / stride), Math.ceil(w / stride)];
}
