import { inferShape, type Node } from '../../reference/graph.ts';
import type { Pads } from '../../reference/ops/window.ts';
import type { Tensor } from '../../reference/tensor.ts';
import { type Call, type Kind, type Mutation, right, withParameter } from './mutation.ts';

const always = (what: string, compute: Mutation['compute']): Mutation => ({
  what,
  size: undefined,
  scope: 'every call',
  compute,
});

/** The shape that a node has with other attributes, or undefined where its input is too small. */
function shapeWith(node: Node, inputs: readonly Tensor[]): readonly number[] | undefined {
  try {
    return inferShape(node, new Map(node.inputs.map((name, i) => [name, inputs[i]?.shape ?? []])));
  } catch {
    return undefined;
  }
}

/** The output of a node with other attributes, cut or filled with zeros to the right shape. */
function fitted(call: Call, node: Node): Tensor {
  const shape = shapeWith(node, call.inputs);
  if (shape === undefined) return right(call);
  const { data } = call.right(node, call.inputs, call.weights, shape);
  const [n = 1, c = 1, h = 1, w = 1] = call.shape;
  const [, , oh = 1, ow = 1] = shape;
  const out = new Float64Array(n * c * h * w);
  for (let i = 0; i < out.length; i++) {
    const [x, y, plane] = [i % w, Math.floor(i / w) % h, Math.floor(i / (w * h))];
    if (x < ow && y < oh) out[i] = data[(plane * oh + y) * ow + x] as number;
  }
  return { shape: [...call.shape], data: out };
}

const stride: Kind = {
  id: 'stride',
  mutants({ node }) {
    if (node.op !== 'Conv' && node.op !== 'MaxPool') return [];
    const strides = node.strides[0] === 1 ? ([2, 2] as const) : ([1, 1] as const);
    return [always(`stride ${strides[0]}`, (call) => fitted(call, { ...node, strides }))];
  },
};

const pad: Kind = {
  id: 'pad',
  mutants({ node }) {
    if ((node.op !== 'Conv' && node.op !== 'MaxPool') || !node.pads.some((one) => one > 0)) return [];
    const [top, left, bottom, right] = node.pads;
    const moved: Pads = [top - Math.min(top, 1), left - Math.min(left, 1), bottom + 1, right + 1];
    return [always('moved by one', (call) => fitted(call, { ...node, pads: moved }))];
  },
};

const layout: Kind = {
  id: 'layout',
  mutants({ node, shape, draw }) {
    const channels = shape[1] ?? 1;
    const first = draw(Math.max(channels - 1, 1));
    const swapped = always(`channels ${first} and ${first + 1} swapped`, (call) => {
      const { shape: own, data } = right(call);
      const area = data.length / ((own[0] ?? 1) * channels);
      const other = (i: number) => {
        const c = Math.floor(i / area) % channels;
        return c === first ? i + area : c === first + 1 ? i - area : i;
      };
      return { shape: own, data: data.map((_, i) => data[other(i)] as number) };
    });
    const swaps = channels > 1 ? [swapped] : [];
    if (node.op !== 'Conv' && node.op !== 'Gemm') return swaps;
    const name = `${node.name}.weight`;
    const [kh, kw] = node.op === 'Conv' ? node.kernel : [1, 1];
    if (kh * kw > 1)
      return [
        ...swaps,
        always(
          'kernel transposed',
          withParameter(name, (all) =>
            all.map((_, i) => {
              const [x, y] = [i % kw, Math.floor(i / kw) % kh];
              return all[i - (y * kw + x) + x * kw + y] as number;
            }),
          ),
        ),
      ];
    const transposed = withParameter(name, (all) => {
      const fan = all.length / channels;
      return all.map((_, i) => all[(i % fan) * channels + Math.floor(i / fan)] as number);
    });
    return [...swaps, always('weights transposed', transposed)];
  },
};

/** The input with its channels moved on by some, from the group `from` on. */
function rotated(x: Tensor, by: number, from: number): Tensor {
  const [n = 1, c = 1] = x.shape;
  const area = x.data.length / (n * c);
  const data = x.data.map((value, i) => {
    const channel = Math.floor(i / area) % c;
    return channel < from ? value : (x.data[i + (((channel + by) % c) - channel) * area] as number);
  });
  return { shape: x.shape, data };
}

const group: Kind = {
  id: 'group',
  mutants({ node }) {
    if (node.op !== 'Conv' || node.group === 1) return [];
    const width = node.in / node.group;
    const mixed = (what: string, from: number) =>
      always(what, (call) => right({ ...call, inputs: call.inputs.map((x) => rotated(x, width, from)) }));
    return [mixed('every group reads the next', 0), mixed('the last group reads the first', node.in - width)];
  },
};

export const shapeKinds: readonly Kind[] = [stride, pad, layout, group];
