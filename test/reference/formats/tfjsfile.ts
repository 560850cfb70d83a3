import {
  FLOAT,
  type GraphDef,
  type GraphDefNode,
  graphDef,
  INT32,
  list,
  NHWC,
  s,
} from '../../../reference/formats/graph-model/graph-def.ts';
import { some } from './onnxfile.ts';

// Graph models as TensorFlow's converter writes them, in pieces that a test puts together.

/** Sides of the image. */
export const SIZE = 7;
/** The attribute of every operator on floats. */
export const T = { T: FLOAT };

/** A network as TensorFlow's converter writes it: with an `Identity` at its end, and a signature that names it. */
export function model(build: (w: GraphDef) => string, dimensions = [-1, SIZE, SIZE, 3]) {
  const w = graphDef([]);
  w.node('x', 'Placeholder', [], {
    dtype: FLOAT,
    shape: { shape: { dim: dimensions.map((size) => ({ size: `${size}` })) } },
  });
  w.node('Identity', 'Identity', [build(w)], T);
  const tensor = (name: string) => ({ name: `${name}:0`, dtype: 'DT_FLOAT' });
  return {
    nodes: w.nodes,
    specs: w.specs,
    data: w.data,
    signature: { inputs: { x: tensor('x') }, outputs: { y: tensor('Identity') } },
  };
}

/** A model before it is put into files. */
export type Model = ReturnType<typeof model>;

/** Its files, the weights cut into two shards in the middle of a value. */
export function filesOf({ specs, data, signature }: Model, nodes: readonly GraphDefNode[]) {
  const weights = new Uint8Array(
    data.flatMap((one) => [...new Uint8Array(one.buffer, one.byteOffset, one.byteLength)]),
  );
  const cut = Math.floor(weights.length / 2) - 1;
  const paths = ['group1-shard1of2.bin', 'group1-shard2of2.bin'];
  const json = {
    format: 'graph-model',
    modelTopology: { node: nodes, library: {}, versions: {} },
    signature,
    weightsManifest: [{ paths, weights: specs }],
  };
  const parts = new Map([weights.subarray(0, cut), weights.subarray(cut)].map((part, i) => [paths[i] ?? '', part]));
  return { json, weights, parts };
}

/** Attributes of a convolution and of a pool. */
export const conv = (padding: string, stride: number, more = {}) => ({
  ...{ ...T, strides: list([1, stride, stride, 1]), dilations: list([1, 1, 1, 1]), padding: s(padding) },
  ...{ data_format: NHWC, explicit_paddings: list([]), ...more },
});
export const pool = (padding: string, kernel: number, stride: number) => ({
  ...{ ...T, ksize: list([1, kernel, kernel, 1]), strides: list([1, stride, stride, 1]) },
  ...{ padding: s(padding), data_format: NHWC },
});
/** A constant of floats, and one of whole numbers. */
export const weight = (w: GraphDef, name: string, ...shape: number[]) =>
  w.constant(name, shape, some(shape.reduce((product, extent) => product * extent, 1)));
export const whole = (w: GraphDef, name: string, ...values: number[]) =>
  w.constant(name, [values.length], Int32Array.from(values));
/** Keras' GlobalAveragePooling2D. */
export const pooled = (w: GraphDef, x: string) =>
  w.node('mean', 'Mean', [x, whole(w, 'axes', 1, 2)], { ...T, Tidx: INT32, keep_dims: { b: false } });
/** A border of zeros at the top and left, this many pixels wide. */
export const pad = (w: GraphDef, x: string, amount: number) => {
  const amounts = w.constant('amounts', [4, 2], Int32Array.of(0, 0, amount, amount, amount, 0, 0, 0));
  return w.node('pad', 'Pad', [x, amounts], { ...T, Tpaddings: INT32 });
};
