import { LARGEST } from '../../float32.ts';
import { type Graph, INPUT, inferShapes, type Node } from '../../graph.ts';
import { parameter, type Shape, sizeOf, transpose, type Weights } from '../../tensor.ts';
import {
  FLOAT,
  type GraphDef,
  type GraphDefNode,
  graphDef,
  INT32,
  list,
  NHWC,
  s,
  type WeightSpec,
} from './graph-def.ts';
import { convolution } from './write-conv.ts';
import { writeGelu, writeLayerNorm } from './write-norm.ts';

/** A TF.js graph model: the content of `model.json`, and the bytes of its weights in their own buffer. */
export type GraphModel = { json: GraphModelJson; weights: Uint8Array<ArrayBuffer> };
export type GraphModelJson = {
  format: 'graph-model';
  generatedBy: string;
  modelTopology: { node: GraphDefNode[]; library: object; versions: { producer: number } };
  weightsManifest: { paths: string[]; weights: WeightSpec[] }[];
};

export const WEIGHTS_FILE = 'group1-shard1of1.bin';

/** For each value with only one reader, that reader. */
function onlyReaders(graph: Graph): Map<string, Node> {
  const counts = new Map<string, number>();
  const readers = new Map<string, Node>();
  for (const node of graph.nodes)
    for (const name of new Set(node.inputs)) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      readers.set(name, node);
    }
  return new Map([...readers].filter(([name]) => counts.get(name) === 1));
}

/** Adds zeros or another value around an image: as the value of the graph, or as a step to it. */
function pad(
  w: GraphDef,
  name: string,
  input: string,
  { as, paddings, value }: { as: 'node' | 'step'; readonly paddings: readonly number[]; readonly value: number },
): string {
  const amounts = w.constant(`${name}.paddings`, [4, 2], Int32Array.from(paddings));
  const filler = w.constant(`${name}.value`, [], Float32Array.of(value));
  return w[as](name, 'PadV2', [input, amounts, filler], { T: FLOAT, Tpaddings: INT32 });
}

/** The values of an image as one row, in the order of [C, H, W]: the channels are last here, so they move first. */
function flatten(w: GraphDef, name: string, x: string, shape: Shape): string {
  const [, channels = 1, ...extents] = shape;
  const pixels = sizeOf(extents);
  const rows = w.constant(`${name}.shape`, [2], Int32Array.of(-1, channels * pixels));
  const attr = { T: FLOAT, Tshape: INT32 };
  if (channels === 1 || pixels === 1) return w.node(name, 'Reshape', [x, rows], attr);
  const order = w.constant(`${name}.perm`, [4], Int32Array.of(0, 3, 1, 2));
  const first = w.step(`${name}.nchw`, 'Transpose', [x, order], { T: FLOAT, Tperm: INT32 });
  return w.node(name, 'Reshape', [first, rows], attr);
}

/** The context of a node: the shape of its input, and whether this comes from a ReLU. */
type Around = { readonly shape: Shape; readonly afterRelu: boolean };

function writeNode(
  w: GraphDef,
  node: Exclude<Node, { op: 'Conv' }>,
  weights: Weights,
  { shape, afterRelu }: Around,
): string {
  const { name } = node;
  const [x = '', y = ''] = node.inputs;
  switch (node.op) {
    case 'BatchNormalization': {
      const inputs = ['weight', 'bias', 'running_mean', 'running_var'].map((suffix) =>
        w.constant(`${name}.${suffix}`, [node.channels], parameter(weights, `${name}.${suffix}`)),
      );
      const attr = { T: FLOAT, U: FLOAT, epsilon: { f: node.epsilon }, data_format: NHWC, is_training: { b: false } };
      return w.node(name, 'FusedBatchNormV3', [x, ...inputs], attr);
    }
    case 'LayerNormalization':
      return writeLayerNorm(w, node, x, weights);
    case 'Gelu':
      return writeGelu(w, name, x);
    case 'Mul': {
      const scale = w.constant(`${name}.layer_scale`, [node.channels], parameter(weights, `${name}.layer_scale`));
      return w.node(name, 'Mul', [x, scale], { T: FLOAT });
    }
    case 'Relu':
      return w.node(name, 'Relu', [x], { T: FLOAT });
    case 'Add':
      return w.node(name, 'AddV2', [x, y], { T: FLOAT });
    case 'MaxPool': {
      // TF.js's MaxPool rejects explicit padding. After a ReLU, zeros act like minus infinity; else the lowest float32 does.
      const [top, left, bottom, right] = node.pads;
      const paddings = [0, 0, top, bottom, left, right, 0, 0];
      const padded = pad(w, `${name}.pad`, x, { as: 'step', paddings, value: afterRelu ? 0 : -LARGEST });
      const attr = {
        T: FLOAT,
        ksize: list([1, ...node.kernel, 1]),
        strides: list([1, ...node.strides, 1]),
        padding: s('VALID'),
        data_format: NHWC,
      };
      return w.node(name, 'MaxPool', [padded], attr);
    }
    case 'GlobalAveragePool': {
      const axes = w.constant(`${name}.axes`, [2], Int32Array.of(1, 2));
      return w.node(name, 'Mean', [x, axes], { T: FLOAT, Tidx: INT32, keep_dims: { b: true } });
    }
    case 'Flatten':
      return flatten(w, name, x, shape);
    case 'Gemm': {
      const matrix = w.constant(
        `${name}.weight`,
        [node.in, node.out],
        transpose(parameter(weights, `${name}.weight`), node.out, node.in),
      );
      const bias = w.constant(`${name}.bias`, [node.out], parameter(weights, `${name}.bias`));
      const attr = {
        T: FLOAT,
        transpose_a: { b: false },
        transpose_b: { b: false },
        num_args: { i: '1' },
        epsilon: { f: 0 },
      };
      return w.node(name, '_FusedMatMul', [x, matrix, bias], {
        ...attr,
        fused_ops: { list: { s: [btoa('BiasAdd')] } },
      });
    }
    case 'Slice': {
      const begin = w.constant(`${name}.begin`, [4], Int32Array.of(0, 0, 0, 0));
      const end = w.constant(`${name}.end`, [4], Int32Array.of(0, 0, 0, 0));
      const steps = w.constant(`${name}.steps`, [4], Int32Array.of(1, ...node.steps, 1));
      const mask = (i: string) => ({ i });
      const masks = {
        begin_mask: mask('15'),
        end_mask: mask('15'),
        ellipsis_mask: mask('0'),
        new_axis_mask: mask('0'),
        shrink_axis_mask: mask('0'),
      };
      return w.node(name, 'StridedSlice', [x, begin, end, steps], { T: FLOAT, Index: INT32, ...masks });
    }
    case 'Pad':
      return pad(w, name, x, { as: 'node', paddings: [0, 0, 0, 0, 0, 0, ...node.channels], value: 0 });
  }
}

/**
 * Writes the graph as a TF.js graph model, [N, size, size, C] in (NHWC). It takes any batch, and any size too where
 * nothing in it fixes one, as flattening a map does. A ReLU that is the only reader of a convolution with a bias is
 * fused into it and keeps its name, as in TensorFlow's converter.
 */
export function writeGraphModel(graph: Graph, weights: Weights, size: number): GraphModel {
  const shapes = inferShapes(graph, 1, size);
  const w = graphDef(shapes.keys());
  w.node(INPUT, 'Placeholder', [], {
    dtype: FLOAT,
    shape: { shape: { dim: [-1, -1, -1, graph.channels].map((size) => ({ size: `${size}` })) } },
  });
  const readers = onlyReaders(graph);
  const wanted = new Set([graph.output, ...graph.stages.values()]);
  /** ReLUs that were written together with their convolutions. */
  const written = new Set<string>();
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  for (const node of graph.nodes) {
    const previous = byName.get(node.inputs[0] ?? '');
    const shape = shapes.get(node.inputs[0] ?? '') ?? [];
    if (node.op === 'Conv') {
      const reader = readers.get(node.name);
      const fuse = node.bias && reader?.op === 'Relu' && !wanted.has(node.name);
      if (fuse) written.add(reader.name);
      convolution(w, node, weights, { name: fuse ? reader.name : node.name, relu: fuse });
    } else if (!written.has(node.name)) writeNode(w, node, weights, { shape, afterRelu: previous?.op === 'Relu' });
  }
  const bytes = new Uint8Array(w.specs.reduce((sum, spec) => sum + 4 * sizeOf(spec.shape), 0));
  let at = 0;
  for (const values of w.data) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return {
    json: {
      format: 'graph-model',
      generatedBy: 'resnet-bench',
      modelTopology: { node: w.nodes, library: {}, versions: { producer: 987 } },
      weightsManifest: [{ paths: [WEIGHTS_FILE], weights: w.specs }],
    },
    weights: bytes,
  };
}
