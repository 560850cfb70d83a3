import { joinBytes } from '../join.ts';
import { isObject } from '../json.ts';
import { sizeOf } from '../tensor.ts';
import { toFloats } from './protobuf.ts';
import type { Constant } from './values.ts';

/** Attributes in the JSON form of tensorflow/core/framework/attr_value.proto. */
export type TfAttributes = { readonly [name: string]: unknown };
export type TfNode = {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes: TfAttributes;
};

export type TfModel = {
  readonly nodes: readonly TfNode[];
  readonly constants: ReadonlyMap<string, Constant>;
  /** The node whose value is the answer, and that which takes the image. */
  readonly output: string;
  readonly input: TfNode;
};

const arrayOf = (value: unknown, what: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw new Error(`it has no list of ${what}: is it a TF.js graph model?`);
  return value;
};
const textOf = (value: unknown, what: string): string => {
  if (typeof value !== 'string') throw new Error(`${what} is no text: the file is damaged`);
  return value;
};

function parse(bytes: Uint8Array): { readonly [key: string]: unknown } {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Error('it is not JSON: is it a TF.js model.json?');
  }
  if (!isObject(json) || !isObject(json.modelTopology))
    throw new Error('it has no modelTopology: is it a TF.js model.json?');
  if (json.format === 'layers-model' || json.modelTopology.model_config !== undefined)
    throw new Error('it is a layers model: convert it with tensorflowjs_converter --output_format=tfjs_graph_model');
  return json;
}

type Group = { readonly paths: readonly string[]; readonly weights: readonly unknown[] };

function groupsOf(json: { readonly [key: string]: unknown }): Group[] {
  return arrayOf(json.weightsManifest, 'weights (weightsManifest)').map((group) => {
    const { paths, weights } = isObject(group) ? group : {};
    return {
      paths: arrayOf(paths, 'paths').map((path) => textOf(path, 'a path')),
      weights: arrayOf(weights, 'weights'),
    };
  });
}

/** Names of the files that hold the weights, in order. Throws where the bytes are no graph model. */
export function weightFiles(bytes: Uint8Array): string[] {
  return groupsOf(parse(bytes)).flatMap(({ paths }) => paths);
}

/** One entry of a group's weights: where it lies, and its values. */
function readWeight(entry: unknown, bytes: Uint8Array, at: number): { constant: [string, Constant]; next: number } {
  if (!isObject(entry)) throw new Error('an entry of weightsManifest is no object: the file is damaged');
  const name = textOf(entry.name, 'the name of a weight');
  const shape = arrayOf(entry.shape, `extents of '${name}'`) as readonly number[];
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0))
    throw new Error(`weight '${name}' has shape [${shape}]`);
  if (entry.quantization !== undefined) throw new Error(`weight '${name}' is quantised: only float32 is supported`);
  const { dtype } = entry;
  if (dtype !== 'float32' && dtype !== 'int32')
    throw new Error(`weight '${name}' is ${dtype}: only float32, and int32 for shapes, are supported`);
  const length = 4 * sizeOf(shape);
  if (at + length > bytes.length)
    throw new Error(`weight '${name}' [${shape}] needs ${length} bytes, but its files have ${bytes.length - at} left`);
  const own = bytes.subarray(at, at + length);
  const view = new DataView(own.buffer, own.byteOffset, own.byteLength);
  const constant: Constant =
    dtype === 'float32'
      ? { kind: 'floats', name, shape, data: toFloats(own) }
      : { kind: 'integers', shape, data: Array.from({ length: length / 4 }, (_, i) => view.getInt32(4 * i, true)) };
  return { constant: [name, constant], next: at + length };
}

function readGroup({ paths, weights }: Group, files: ReadonlyMap<string, Uint8Array>): [string, Constant][] {
  const parts = paths.map((path) => {
    const part = files.get(path);
    if (part === undefined) throw new Error(`its weight file '${path}' was not read`);
    return part;
  });
  const bytes = joinBytes(parts);
  const constants: [string, Constant][] = [];
  let at = 0;
  for (const entry of weights) {
    const { constant, next } = readWeight(entry, bytes, at);
    constants.push(constant);
    at = next;
  }
  if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes of ${paths.join(', ')} belong to no weight`);
  return constants;
}

function readNode(node: unknown): TfNode {
  const { name, op, input = [], attr = {} } = isObject(node) ? node : {};
  const inputs = arrayOf(input, 'inputs').map((one) => textOf(one, `an input of '${name}'`));
  return {
    name: textOf(name, 'the name of a node'),
    op: textOf(op, `the operator of '${name}'`),
    // What begins with ^ is waited for, not read.
    inputs: inputs.filter((one) => !one.startsWith('^')).map((one) => one.replace(/:0$/, '')),
    attributes: isObject(attr) ? attr : {},
  };
}

const nodeOf = (value: string): string => value.replace(/:\d+$/, '');

/** The nodes in the file's order, but each after what it reads. Throws on a cycle. */
function sorted(nodes: readonly TfNode[]): TfNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  if (byName.size < nodes.length) throw new Error('two of its nodes have one name');
  const placed = new Set<TfNode>();
  const open = new Set<TfNode>();
  for (const root of nodes) {
    const path = [root];
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      const { name, op, inputs } = node;
      open.add(node);
      const sources = inputs.map((input) => {
        const source = byName.get(nodeOf(input));
        if (source === undefined)
          throw new Error(`node '${name}' (${op}): it reads '${input}', which no node computes`);
        return source;
      });
      const next = sources.find((source) => !placed.has(source));
      if (next !== undefined && open.has(next)) throw new Error(`node '${next.name}' (${next.op}) is on a cycle`);
      if (next !== undefined) path.push(next);
      else {
        placed.add(node);
        open.delete(node);
        path.pop();
      }
    }
  }
  return [...placed];
}

/** The output that the file's signature names, or the node that nothing reads. Throws where there is not just one. */
function outputOf(json: { readonly [key: string]: unknown }, nodes: readonly TfNode[]): string {
  const { userDefinedMetadata: metadata } = json;
  const signature = [json.signature, isObject(metadata) ? metadata.signature : undefined].find(isObject);
  const signed = isObject(signature?.outputs) ? Object.values(signature.outputs) : [];
  const read = new Set(nodes.flatMap(({ inputs }) => inputs.map(nodeOf)));
  const names =
    signed.length > 0
      ? signed.map((output) =>
          textOf(isObject(output) ? output.name : undefined, 'the name of an output').replace(/:0$/, ''),
        )
      : nodes.filter(({ name, op }) => !read.has(name) && op !== 'NoOp').map(({ name }) => name);
  const [name] = names;
  if (name === undefined || names.length !== 1)
    throw new Error(`it has ${names.length} outputs (${names.join(', ')}): one is supported`);
  return name;
}

/**
 * The content of a TF.js graph model: its model.json, and `files`, its weight files by the paths that it has of them.
 * Throws one line where it is damaged or no graph model, or has weights that are not float32 or not all there.
 */
export function readGraphModel(bytes: Uint8Array, files: ReadonlyMap<string, Uint8Array>): TfModel {
  const json = parse(bytes);
  const topology = isObject(json.modelTopology) ? json.modelTopology : {};
  const nodes = sorted(arrayOf(topology.node, 'nodes').map(readNode));
  const inputs = nodes.filter(({ op }) => op === 'Placeholder');
  const [input] = inputs;
  if (input === undefined || inputs.length !== 1)
    throw new Error(`it has ${inputs.length} inputs (${inputs.map(({ name }) => name).join(', ')}): one is supported`);
  const constants = groupsOf(json).flatMap((group) => readGroup(group, files));
  return { nodes, constants: new Map(constants), output: outputOf(json, nodes), input };
}
