import { shapeText, shown } from './quote.ts';
import { nchw, sizeOf } from './tensor.ts';

/** Zero padding around an image: top, left, bottom, right, as ONNX orders `pads`. */
export type Pads = readonly [number, number, number, number];
export type Pair = readonly [number, number];

/**
 * One operation. `op` is the ONNX operator (opset 17) whose semantics it has; `name` is torchvision's
 * feature-extraction name and names its one output; parameters are `name.weight`, `name.bias`, and so on.
 */
export type Node = { readonly name: string; readonly inputs: readonly string[] } & Op;

export type OpOf<K extends Op['op']> = Extract<Op, { op: K }>;

export type Op =
  /** `linear`: 1×1, with its weight stored as a linear layer's [out, in]. */
  | {
      op: 'Conv';
      in: number;
      out: number;
      kernel: Pair;
      strides: Pair;
      pads: Pads;
      group: number;
      bias: boolean;
      linear?: true;
    }
  | { op: 'BatchNormalization'; channels: number; epsilon: number }
  /** Over the channels of each pixel: ONNX's with the channels moved last and back. */
  | { op: 'LayerNormalization'; channels: number; epsilon: number }
  /** x·Φ(x) with the exact error function (ONNX has it from opset 20 on). */
  | { op: 'Gelu' }
  /** Each channel times its own constant: ONNX's Mul, ConvNeXt's layer scale. */
  | { op: 'Mul'; channels: number }
  | { op: 'Relu' }
  | { op: 'Add' }
  | { op: 'MaxPool'; kernel: Pair; strides: Pair; pads: Pads }
  | { op: 'GlobalAveragePool' }
  | { op: 'Flatten' }
  | { op: 'Gemm'; in: number; out: number }
  /** Every `steps`-th row and column, from the first (ONNX Slice on axes 2 and 3). */
  | { op: 'Slice'; steps: Pair }
  /** Zero channels before and after (ONNX Pad on axis 1). */
  | { op: 'Pad'; channels: Pair };

export type Graph = {
  readonly name: string;
  /** Channels of the one input, named `input`. */
  readonly channels: number;
  /** In execution order. */
  readonly nodes: readonly Node[];
  readonly output: string;
  /** Taps at stage ends: torchvision's module name to the node whose output it is. */
  readonly stages: ReadonlyMap<string, string>;
};

export const INPUT = 'input';

export type ParameterSpec = { readonly name: string; readonly shape: readonly number[]; readonly trained: boolean };

/** Parameters and buffers of one node, in PyTorch's order. */
export function nodeParameters(node: Node): ParameterSpec[] {
  const spec = (suffix: string, shape: number[], trained: boolean) => ({
    name: `${node.name}.${suffix}`,
    shape,
    trained,
  });
  switch (node.op) {
    case 'Conv': {
      const kernel = node.linear ? [] : node.kernel;
      const weight = spec('weight', [node.out, node.in / node.group, ...kernel], true);
      return node.bias ? [weight, spec('bias', [node.out], true)] : [weight];
    }
    case 'BatchNormalization':
      return [
        spec('weight', [node.channels], true),
        spec('bias', [node.channels], true),
        spec('running_mean', [node.channels], false),
        spec('running_var', [node.channels], false),
      ];
    case 'LayerNormalization':
      return [spec('weight', [node.channels], true), spec('bias', [node.channels], true)];
    case 'Mul':
      return [spec('layer_scale', [node.channels, 1, 1], true)];
    case 'Gemm':
      return [spec('weight', [node.out, node.in], true), spec('bias', [node.out], true)];
    default:
      return [];
  }
}

/** All parameters and buffers, in execution order. */
export function graphParameters(graph: Graph): ParameterSpec[] {
  return graph.nodes.flatMap(nodeParameters);
}

/** Trained parameters, counted as torchvision counts them (buffers excluded). */
export function countParameters(graph: Graph): number {
  return graphParameters(graph).reduce((sum, spec) => sum + (spec.trained ? sizeOf(spec.shape) : 0), 0);
}

const windows = (extent: number, kernel: number, stride: number): number => Math.floor((extent - kernel) / stride) + 1;

/** More values than any runtime has in one tensor: its sizes are 32-bit integers there. */
const MOST_VALUES = 2 ** 31 - 1;

/** A shape of a value, such as the input, whose extents are whole numbers. Throws where it is too large to compute with. */
export function checkedShape(name: string, shape: readonly number[]): readonly number[] {
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent > 0))
    throw new Error(`${shown(name)}: its shape is ${shapeText(shape)}: extents are whole numbers of 1 or more`);
  if (sizeOf(shape) > MOST_VALUES)
    throw new Error(
      `${shown(name)}: its shape ${shapeText(shape)} has ${sizeOf(shape).toPrecision(3)} values, more than the ${MOST_VALUES} of any runtime's tensor`,
    );
  return shape;
}

/** Output shape of a node, from those of its inputs. Throws where they do not fit, or make it too large. */
export function inferShape(node: Node, shapes: ReadonlyMap<string, readonly number[]>): readonly number[] {
  return checkedShape(node.name, shapeFrom(node, shapes));
}

function shapeFrom(node: Node, shapes: ReadonlyMap<string, readonly number[]>): readonly number[] {
  const inputs = node.inputs.map((name) => {
    const shape = shapes.get(name);
    if (shape === undefined) throw new Error(`${node.name}: input '${name}' is computed by no earlier node`);
    return shape;
  });
  const first = inputs[0];
  if (first === undefined) throw new Error(`${node.name}: ${node.op} has no input`);
  switch (node.op) {
    case 'Conv': {
      const [n, c, h, w] = nchw(first);
      if (c !== node.in) throw new Error(`${node.name}: expects ${node.in} channels, gets ${c}`);
      return [n, node.out, ...spatial(node, [n, c, h, w])];
    }
    case 'MaxPool': {
      const [n, c, h, w] = nchw(first);
      return [n, c, ...spatial(node, [n, c, h, w])];
    }
    case 'BatchNormalization':
    case 'LayerNormalization':
    case 'Mul':
      if (nchw(first)[1] !== node.channels) throw new Error(`${node.name}: expects ${node.channels} channels`);
      return [...first];
    case 'Relu':
    case 'Gelu':
      return [...first];
    case 'Add':
      if (`${first}` !== `${inputs[1]}`) throw new Error(`${node.name}: adds [${first}] and [${inputs[1]}]`);
      return [...first];
    case 'GlobalAveragePool':
      return [...nchw(first).slice(0, 2), 1, 1];
    case 'Flatten':
      return [first[0] ?? 1, sizeOf(first.slice(1))];
    case 'Gemm':
      if (first[1] !== node.in) throw new Error(`${node.name}: expects ${node.in} features, gets ${first[1]}`);
      return [first[0] ?? 1, node.out];
    case 'Slice': {
      const [n, c, h, w] = nchw(first);
      return [n, c, Math.ceil(h / node.steps[0]), Math.ceil(w / node.steps[1])];
    }
    case 'Pad': {
      const [n, c, h, w] = nchw(first);
      return [n, c + node.channels[0] + node.channels[1], h, w];
    }
  }
}

/** Extents of the padded image that a window moves over. */
export const paddedShape = (
  [top, left, bottom, right]: Pads,
  [n, c, h, w]: readonly [number, number, number, number],
) => [n, c, h + top + bottom, w + left + right] as const;

function spatial(
  node: { name: string; kernel: Pair; strides: Pair; pads: Pads },
  image: readonly [number, number, number, number],
): Pair {
  const padded = paddedShape(node.pads, image);
  // Runtimes, and the reference, write the padding out.
  checkedShape(`${node.name}, padded`, padded);
  const out = [
    windows(padded[2], node.kernel[0], node.strides[0]),
    windows(padded[3], node.kernel[1], node.strides[1]),
  ] as const;
  if (out[0] < 1 || out[1] < 1)
    throw new Error(`${shown(node.name)}: input ${image[2]}×${image[3]} is too small for its ${node.kernel} window`);
  return out;
}

/** Output shape of every node, for an input of [batch, channels, size, size]. Throws on any mismatch. */
export function inferShapes(graph: Graph, batch: number, size: number): Map<string, readonly number[]> {
  const shapes = new Map([[INPUT, checkedShape(INPUT, [batch, graph.channels, size, size])]]);
  for (const node of graph.nodes) {
    if (shapes.has(node.name)) throw new Error(`two nodes are named '${node.name}'`);
    shapes.set(node.name, inferShape(node, shapes));
  }
  return shapes;
}
