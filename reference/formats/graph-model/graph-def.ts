import { namesBeside } from '../names.ts';

/** One entry of a weights manifest, as TF.js reads it. */
export type WeightSpec = { name: string; shape: number[]; dtype: 'float32' | 'int32' };
export type GraphDefNode = { name: string; op: string; input: string[]; attr: { [name: string]: unknown } };

// Attribute values in the JSON form of tensorflow/core/framework/attr_value.proto; strings are base64 there.
export const s = (value: string) => ({ s: btoa(value) });
export const list = (values: readonly number[]) => ({ list: { i: values } });
export const FLOAT = { type: 'DT_FLOAT' };
export const INT32 = { type: 'DT_INT32' };
export const NHWC = s('NHWC');

/** Collects a graph model's nodes and weights. */
export type GraphDef = {
  readonly nodes: GraphDefNode[];
  readonly specs: WeightSpec[];
  readonly data: (Float32Array | Int32Array)[];
  /** Adds the node of a value, and returns its name. */
  node(name: string, op: string, input: string[], attr: { [name: string]: unknown }): string;
  /** Adds a node on the way to a value, and returns its name, which is its own: the wanted one or that with a number. */
  step(wanted: string, op: string, input: string[], attr: { [name: string]: unknown }): string;
  /** Adds a constant, and returns its name, which is its own too. */
  constant(wanted: string, shape: number[], values: Float32Array | Int32Array): string;
};

/** An empty graph, which will have values of these names. */
export function graphDef(values: Iterable<string>): GraphDef {
  const unique = namesBeside(values);
  const nodes: GraphDefNode[] = [];
  const specs: WeightSpec[] = [];
  const data: (Float32Array | Int32Array)[] = [];
  return {
    nodes,
    specs,
    data,
    node(name, op, input, attr) {
      nodes.push({ name, op, input, attr });
      return name;
    },
    step(wanted, op, input, attr) {
      const name = unique(wanted);
      nodes.push({ name, op, input, attr });
      return name;
    },
    constant(wanted, shape, values) {
      const name = unique(wanted);
      const dtype = values instanceof Float32Array ? 'float32' : 'int32';
      nodes.push({ name, op: 'Const', input: [], attr: { dtype: dtype === 'float32' ? FLOAT : INT32 } });
      specs.push({ name, shape, dtype });
      data.push(values);
      return name;
    },
  };
}
