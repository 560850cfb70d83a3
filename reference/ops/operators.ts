import { add } from './add.ts';
import { batchNormalization } from './batch-normalization.ts';
import { conv } from './conv.ts';
import { flatten } from './flatten.ts';
import { gelu } from './gelu.ts';
import { gemm } from './gemm.ts';
import { globalAveragePool } from './global-average-pool.ts';
import { layerNormalization } from './layer-normalization.ts';
import { maxPool } from './max-pool.ts';
import { mul } from './mul.ts';
import type { Named, Operator } from './operator.ts';
import { pad } from './pad.ts';
import { relu } from './relu.ts';
import { slice } from './slice.ts';

/** All operators, by the ids of nodes: ONNX's names. */
const ROWS = {
  Conv: conv,
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  Gelu: gelu,
  Mul: mul,
  Relu: relu,
  Add: add,
  MaxPool: maxPool,
  GlobalAveragePool: globalAveragePool,
  Flatten: flatten,
  Gemm: gemm,
  Slice: slice,
  Pad: pad,
};

type OpIn<R> = R extends Operator<infer O> ? O : never;

/** One operation: an operator's id and its attributes. */
export type Op = OpIn<(typeof ROWS)[keyof typeof ROWS]>;
export type OpOf<K extends Op['op']> = Extract<Op, { op: K }>;

/** One operation in a graph. */
export type Node = Named<Op>;

/** The table: each row under the id of its operation. */
export const OPERATORS: { readonly [K in Op['op']]: Operator<OpOf<K>> } = ROWS;

/** The row of an operation. Call its members with this operation only, since a row does not know others' attributes. */
export const operatorOf = (node: Op): Operator<Op> => OPERATORS[node.op];
