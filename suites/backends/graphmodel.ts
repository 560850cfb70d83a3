import { type Graph, INPUT, type Node } from '../../reference/graph.ts';
import { parameter, sizeOf, type Weights } from '../../reference/tensor.ts';

/** One entry of a weights manifest, as TF.js reads it. */
export type WeightSpec = { name: string; shape: number[]; dtype: 'float32' | 'int32' };
export type GraphDefNode = { name: string; op: string; input: string[]; attr: { [name: string]: unknown } };

/** A TF.js graph model: `model.json`'s content, and the bytes of its one weight file. */
export type GraphModel = { json: GraphModelJson; weights: Uint8Array<ArrayBuffer> };
export type GraphModelJson = {
  format: 'graph-model';
  generatedBy: string;
  modelTopology: { node: GraphDefNode[]; library: object; versions: { producer: number } };
  weightsManifest: { paths: string[]; weights: WeightSpec[] }[];
};

export const WEIGHTS_FILE = 'group1-shard1of1.bin';

// Attribute values in the JSON form of tensorflow/core/framework/attr_value.proto; strings are base64 there.
const s = (value: string) => ({ s: btoa(value) });
const list = (values: readonly number[]) => ({ list: { i: values } });
const FLOAT = { type: 'DT_FLOAT' };
const INT32 = { type: 'DT_INT32' };
const NHWC = s('NHWC');

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

/** [rows, columns] to [columns, rows]. */
function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  return matrix.map((_, at) => matrix[(at % rows) * columns + Math.floor(at / rows)] as number);
}

/** Collects nodes and weights. */
function writer() {
  const nodes: GraphDefNode[] = [];
  const specs: WeightSpec[] = [];
  const data: (Float32Array | Int32Array)[] = [];
  return {
    nodes,
    specs,
    data,
    node(name: string, op: string, input: string[], attr: { [name: string]: unknown }): string {
      nodes.push({ name, op, input, attr });
      return name;
    },
    constant(name: string, shape: number[], values: Float32Array | Int32Array): string {
      const dtype = values instanceof Float32Array ? 'float32' : 'int32';
      nodes.push({ name, op: 'Const', input: [], attr: { dtype: dtype === 'float32' ? FLOAT : INT32 } });
      specs.push({ name, shape, dtype });
      data.push(values);
      return name;
    },
  };
}

type Writer = ReturnType<typeof writer>;

/** A convolution; one of several groups as so many convolutions between a split and a concatenation of channels. */
function convolution(w: Writer, node: Conv, weights: Weights, input: string, name: string, relu: boolean): string {
  const weight = parameter(weights, `${node.name}.weight`);
  const bias = node.bias ? parameter(weights, `${node.name}.bias`) : undefined;
  if (node.group === 1) return dense(w, node, weight, bias, input, name, relu);
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
  const [top, left, bottom, right] = node.pads;
  const attr = {
    T: FLOAT,
    strides: list([1, ...node.strides, 1]),
    dilations: list([1, 1, 1, 1]),
    padding: s('EXPLICIT'),
    explicit_paddings: list([0, 0, top, bottom, left, right, 0, 0]),
    data_format: NHWC,
  };
  if (bias === undefined) return w.node(name, 'Conv2D', [input, filter], attr);
  const added = w.constant(`${node.name}.bias`, [node.out], bias);
  const fused = { list: { s: [btoa('BiasAdd'), ...(relu ? [btoa('Relu')] : [])] } };
  const args = { fused_ops: fused, num_args: { i: '1' }, epsilon: { f: 0 } };
  return w.node(name, '_FusedConv2D', [input, filter, added], { ...attr, ...args });
}

function pad(w: Writer, name: string, input: string, paddings: number[]): string {
  const amounts = w.constant(`${name}.paddings`, [4, 2], Int32Array.from(paddings));
  const zero = w.constant(`${name}.value`, [], Float32Array.of(0));
  return w.node(name, 'PadV2', [input, amounts, zero], { T: FLOAT, Tpaddings: INT32 });
}

function writeNode(
  w: Writer,
  node: Exclude<Node, { op: 'Conv' }>,
  [x = '', y = '']: string[],
  weights: Weights,
  features: number,
  afterRelu: boolean,
): string {
  const { name } = node;
  switch (node.op) {
    case 'BatchNormalization': {
      const inputs = ['weight', 'bias', 'running_mean', 'running_var'].map((suffix) =>
        w.constant(`${name}.${suffix}`, [node.channels], parameter(weights, `${name}.${suffix}`)),
      );
      const attr = { T: FLOAT, U: FLOAT, epsilon: { f: node.epsilon }, data_format: NHWC, is_training: { b: false } };
      return w.node(name, 'FusedBatchNormV3', [x, ...inputs], attr);
    }
    case 'Relu':
      return w.node(name, 'Relu', [x], { T: FLOAT });
    case 'Add':
      return w.node(name, 'AddV2', [x, y], { T: FLOAT });
    case 'MaxPool': {
      // TF.js' MaxPool rejects explicit padding. After a ReLU, zeros pad as minus infinity would.
      if (!afterRelu) throw new Error(`${name}: a padded MaxPool is exported only after a ReLU`);
      const [top, left, bottom, right] = node.pads;
      pad(w, `${name}.pad`, x, [0, 0, top, bottom, left, right, 0, 0]);
      const attr = {
        T: FLOAT,
        ksize: list([1, ...node.kernel, 1]),
        strides: list([1, ...node.strides, 1]),
        padding: s('VALID'),
        data_format: NHWC,
      };
      return w.node(name, 'MaxPool', [`${name}.pad`], attr);
    }
    case 'GlobalAveragePool': {
      const axes = w.constant(`${name}.axes`, [2], Int32Array.of(1, 2));
      return w.node(name, 'Mean', [x, axes], { T: FLOAT, Tidx: INT32, keep_dims: { b: true } });
    }
    case 'Flatten': {
      const shape = w.constant(`${name}.shape`, [2], Int32Array.of(-1, features));
      return w.node(name, 'Reshape', [x, shape], { T: FLOAT, Tshape: INT32 });
    }
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
      return pad(w, name, x, [0, 0, 0, 0, 0, 0, ...node.channels]);
  }
}

/**
 * The graph as a TF.js graph model, [N, size, size, C] in (NHWC, any batch and size) and [N, classes] out. A ReLU that
 * alone reads a convolution with a bias is fused into it, and keeps its name, as TensorFlow's converter does.
 */
export function writeGraphModel(graph: Graph, weights: Weights): GraphModel {
  const w = writer();
  w.node(INPUT, 'Placeholder', [], {
    dtype: FLOAT,
    shape: { shape: { dim: [-1, -1, -1, graph.channels].map((size) => ({ size: `${size}` })) } },
  });
  const readers = (name: string) => graph.nodes.filter((node) => node.inputs.includes(name));
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const features = graph.nodes.find((node) => node.op === 'Gemm')?.in ?? 0;
  for (const node of graph.nodes) {
    const previous = byName.get(node.inputs[0] ?? '');
    if (node.op === 'Conv') {
      const [reader, ...others] = readers(node.name);
      const fuse = node.bias && reader?.op === 'Relu' && others.length === 0;
      convolution(w, node, weights, node.inputs[0] ?? '', fuse ? reader.name : node.name, fuse);
    } else if (!(node.op === 'Relu' && w.nodes.some((written) => written.name === node.name)))
      writeNode(w, node, [...node.inputs], weights, features, previous?.op === 'Relu');
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
