import { type Graph, INPUT, inferShapes, type Node, nodeParameters } from '../../graph.ts';
import { joinBytes } from '../../join.ts';
import { autoPads, type Window } from '../../ops/window.ts';
import { parameter, type Weights } from '../../tensor.ts';
import type { Tapped } from '../format.ts';
import { namesBeside } from '../names.ts';
import { readVarint } from './protobuf.ts';
import { type Chunk, float, int, ints, message, text } from './protobuf-write.ts';

// Field numbers and enumerations are those of onnx/onnx.proto (ONNX 1.12: IR version 8, opset 17).
const IR_VERSION = 8;
const OPSET = 17;
const FLOAT = 1;
const INT64 = 7;

const intAttribute = (name: string, value: number) => message(5, text(1, name), int(3, value), int(20, 2));
const floatAttribute = (name: string, value: number) => message(5, text(1, name), float(2, value), int(20, 1));
const intsAttribute = (name: string, values: readonly number[]) =>
  message(5, text(1, name), ...values.map((value) => int(8, value)), int(20, 7));

const textAttribute = (name: string, value: string) => message(5, text(1, name), text(4, value), int(20, 3));

/** Attributes of a window over an image of this shape. */
function windowAttributes(node: Window, image: readonly number[]): Chunk[][] {
  const { kernel, strides, pads, autoPad } = node;
  const [, , height = 0, width = 0] = image;
  const auto = autoPad !== undefined && `${autoPads(autoPad, node, [height, width])}` === `${pads}`;
  return [
    intsAttribute('kernel_shape', kernel),
    intsAttribute('strides', strides),
    auto ? textAttribute('auto_pad', autoPad) : intsAttribute('pads', pads),
  ];
}

function initializer(name: string, shape: readonly number[], type: number, raw: Uint8Array): Chunk[] {
  return message(5, ints(1, shape), int(2, type), text(8, name), message(9, [raw]));
}

/** One ONNX node; its output has its name. */
function onnxNode(op: string, name: string, inputs: readonly string[], ...attrs: Chunk[][]): Chunk[] {
  return message(1, ...inputs.map((input) => text(1, input)), text(2, name), text(3, name), text(4, op), ...attrs);
}

const bytesOf = (data: Float32Array | BigInt64Array) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** A value's name and shape, as an input (field 11) or output (12) of a graph. */
export function valueInfo(field: number, name: string, shape: readonly number[]): Chunk[] {
  const dims = shape.map((extent) => message(1, int(1, extent)));
  return message(field, text(1, name), message(2, message(1, int(1, FLOAT), message(2, ...dims))));
}

/**
 * Attributes of a node whose first input has the shape `image`, and the integer tensors that its operator takes as
 * inputs.
 */
function attributes(node: Node, image: readonly number[]): { attributes: Chunk[][]; constants: [string, number[]][] } {
  switch (node.op) {
    case 'Conv':
      return {
        attributes: [
          ...windowAttributes(node, image),
          intsAttribute('dilations', [1, 1]),
          intAttribute('group', node.group),
        ],
        constants: [],
      };
    case 'MaxPool':
      return { attributes: windowAttributes(node, image), constants: [] };
    case 'BatchNormalization':
      return { attributes: [floatAttribute('epsilon', node.epsilon)], constants: [] };
    case 'Flatten':
      return { attributes: [intAttribute('axis', 1)], constants: [] };
    case 'Gemm':
      return { attributes: [intAttribute('transB', 1)], constants: [] };
    case 'Slice':
      return {
        attributes: [],
        constants: [
          ['starts', [0, 0]],
          ['ends', [2 ** 31 - 1, 2 ** 31 - 1]],
          ['axes', [2, 3]],
          ['steps', [...node.steps]],
        ],
      };
    case 'Pad':
      return { attributes: [], constants: [['pads', [0, node.channels[0], 0, 0, 0, node.channels[1], 0, 0]]] };
    default:
      return { attributes: [], constants: [] };
  }
}

const scalar = (name: string, value: number) => initializer(name, [], FLOAT, bytesOf(Float32Array.of(value)));

/** Gives a constant, or a step on the way to a value, a name of its own: the wanted one, or that with a number. */
type Unique = (wanted: string) => string;

/**
 * The ONNX nodes for one node of the graph, and the constants that they need. The last ONNX node has the graph node's
 * name. Opset 17 has no Gelu: it is written as PyTorch exports it, which runtimes recognise and fuse.
 */
function writeNodes(
  node: Node,
  inputs: readonly string[],
  attrs: Chunk[][],
  unique: Unique,
): { nodes: Chunk[][]; scalars: Chunk[][] } {
  const { name } = node;
  const [x = '', ...rest] = inputs;
  if (node.op === 'LayerNormalization') {
    const epsilon = floatAttribute('epsilon', node.epsilon);
    const [last, norm] = [unique(`${name}.nhwc`), unique(`${name}.norm`)];
    const nodes = [
      onnxNode('Transpose', last, [x], intsAttribute('perm', [0, 2, 3, 1])),
      onnxNode('LayerNormalization', norm, [last, ...rest], intAttribute('axis', 3), epsilon),
      onnxNode('Transpose', name, [norm], intsAttribute('perm', [0, 3, 1, 2])),
    ];
    return { nodes, scalars: [] };
  }
  if (node.op === 'Gelu') {
    const own = (suffix: string) => unique(`${name}.${suffix}`);
    const [div, erf, sum, mul] = [own('div'), own('erf'), own('sum'), own('mul')];
    const [root2, unit, half] = [own('root2'), own('one'), own('half')];
    const nodes = [
      onnxNode('Div', div, [x, root2]),
      onnxNode('Erf', erf, [div]),
      onnxNode('Add', sum, [erf, unit]),
      onnxNode('Mul', mul, [x, sum]),
      onnxNode('Mul', name, [mul, half]),
    ];
    return { nodes, scalars: [scalar(root2, Math.SQRT2), scalar(unit, 1), scalar(half, 0.5)] };
  }
  return { nodes: [onnxNode(node.op, name, inputs, ...attrs)], scalars: [] };
}

/** Output fields for addOutputs, which make the named values, of these shapes, outputs of a model. */
export function outputFields(taps: readonly Tapped[]): Uint8Array<ArrayBuffer> {
  return joinBytes(taps.flatMap(({ name, shape }) => valueInfo(12, name, shape)));
}

/** A model with another graph, and all else byte for byte as it is. Throws where the bytes are not an ONNX model. */
export function withGraph(model: Uint8Array, change: (graph: Uint8Array) => Chunk[]): Uint8Array<ArrayBuffer> {
  for (let at = 0; at < model.length; ) {
    const [key, afterKey] = readVarint(model, at);
    const [value, afterValue] = readVarint(model, afterKey);
    const isMessage = (key & 7) === 2;
    if (key >> 3 === 7 && isMessage) {
      const end = afterValue + value;
      const graph = message(7, change(model.subarray(afterValue, end)));
      return joinBytes([model.subarray(0, at), ...graph, model.subarray(end)]);
    }
    at = isMessage ? afterValue + value : afterValue;
  }
  throw new Error('not an ONNX model: it has no graph');
}

/**
 * Adds fields to a model's graph. Only the graph's length changes, so the weights are copied, not parsed. Throws where
 * the bytes are not an ONNX model.
 */
export const addOutputs = (model: Uint8Array, fields: Uint8Array): Uint8Array<ArrayBuffer> =>
  withGraph(model, (graph) => [graph, fields]);

/**
 * Writes the graph as an ONNX model with static shapes: input `input` [batch, C, size, size], output the graph's
 * output. Node and value names are the graph's.
 */
export function writeOnnx(graph: Graph, weights: Weights, batch: number, size: number): Uint8Array<ArrayBuffer> {
  const shapes = inferShapes(graph, batch, size);
  const shapeOf = (name: string) => shapes.get(name) ?? [];
  const initializers: Chunk[][] = [];
  const unique = namesBeside(shapes.keys());
  const nodes = graph.nodes.flatMap((node) => {
    const { attributes: attrs, constants } = attributes(node, shapeOf(node.inputs[0] ?? INPUT));
    const inputs = [...node.inputs];
    for (const spec of nodeParameters(node)) {
      const filter = node.op === 'Conv' && node.linear && spec.shape.length === 2;
      const shape = filter ? [...spec.shape, 1, 1] : spec.shape;
      const name = unique(spec.name);
      initializers.push(initializer(name, shape, FLOAT, bytesOf(parameter(weights, spec.name))));
      inputs.push(name);
    }
    for (const [suffix, values] of constants) {
      const name = unique(`${node.name}.${suffix}`);
      initializers.push(initializer(name, [values.length], INT64, bytesOf(BigInt64Array.from(values.map(BigInt)))));
      inputs.push(name);
    }
    const written = writeNodes(node, inputs, attrs, unique);
    initializers.push(...written.scalars);
    return written.nodes;
  });
  const output = valueInfo(12, graph.output, shapeOf(graph.output));
  const body = [nodes, [text(2, graph.name)], initializers, [valueInfo(11, INPUT, shapeOf(INPUT)), output]];
  return joinBytes(
    [
      int(1, IR_VERSION),
      text(2, 'resnet-bench'),
      message(7, body.flat(2)),
      message(8, text(1, ''), int(2, OPSET)),
    ].flat(),
  );
}
