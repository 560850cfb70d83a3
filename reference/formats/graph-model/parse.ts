import { toFloats } from '../../float32.ts';
import { joinBytes } from '../../join.ts';
import { isObject } from '../../json.ts';
import { namesText, quote, shapeText, shown } from '../../quote.ts';
import { sizeOf } from '../../tensor.ts';
import type { Parts } from '../format.ts';
import { countOfIntegers } from '../integers.ts';
import { isReserved } from '../names.ts';
import type { Constant } from '../values.ts';

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

/** Bytes of more nodes than any network has. As objects they take up to twenty times as much. */
const LARGEST_JSON = 2 ** 25;

function parse(bytes: Uint8Array): { readonly [key: string]: unknown } {
  if (bytes.length > LARGEST_JSON)
    throw new Error(`it has ${bytes.length} bytes: a model.json of at most ${LARGEST_JSON} is read`);
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

/** More nodes than any network has; one of 1001 layers has 3,300. */
const MOST_NODES = 100_000;

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

/** What an address cannot hold, or holds as something else than a file's name, and what a browser makes of it. */
const UNSPEAKABLE = /[#?%\\\p{Cc}]|\/\/|^\s|\s$/u;

/**
 * Names of the files that hold the weights, in order. Throws where the bytes are no graph model, where a file is named
 * twice, and where a page could not ask for it: TF.js puts names into addresses as they are.
 */
export function weightFiles(bytes: Uint8Array): string[] {
  const paths = groupsOf(parse(bytes)).flatMap((group) => group.paths);
  const seen = new Set<string>();
  for (const path of paths) {
    if (UNSPEAKABLE.test(path))
      throw new Error(`it refers to ${quote(path)}, for which TF.js cannot ask in a page: rename that file`);
    const name = path.replace(/(^|\/)(\.\/)+/g, '$1');
    if (seen.has(name)) throw new Error(`it names the weight file ${quote(path)} more than once`);
    seen.add(name);
  }
  return paths;
}

/** One entry of a group's weights: where it lies, and its values. */
function readWeight(entry: unknown, bytes: Uint8Array, at: number): { constant: [string, Constant]; next: number } {
  if (!isObject(entry)) throw new Error('an entry of weightsManifest is no object: the file is damaged');
  const name = textOf(entry.name, 'the name of a weight');
  const shape = arrayOf(entry.shape, `extents of ${quote(name)}`) as readonly number[];
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0))
    throw new Error(`weight ${quote(name)} has shape ${shapeText(shape)}`);
  if (entry.quantization !== undefined)
    throw new Error(`weight ${quote(name)} is quantised: only float32 is supported`);
  const { dtype } = entry;
  if (dtype !== 'float32' && dtype !== 'int32')
    throw new Error(
      `weight ${quote(name)} is ${typeof dtype === 'string' ? shown(dtype) : typeof dtype}: only float32, and int32 for shapes, are supported`,
    );
  const length = 4 * sizeOf(shape);
  if (at + length > bytes.length)
    throw new Error(
      `weight ${quote(name)} ${shapeText(shape)} needs ${length} bytes, but its files have ${bytes.length - at} left`,
    );
  const own = bytes.subarray(at, at + length);
  const view = new DataView(own.buffer, own.byteOffset, own.byteLength);
  const constant: Constant =
    dtype === 'float32'
      ? { kind: 'floats', name, shape, data: toFloats(own) }
      : {
          kind: 'integers',
          shape,
          data: Array.from({ length: countOfIntegers(length / 4) }, (_, i) => view.getInt32(4 * i, true)),
        };
  return { constant: [name, constant], next: at + length };
}

function readGroup({ paths, weights }: Group, files: Parts): [string, Constant][] {
  const parts = paths.map((path) => {
    const part = files.get(path);
    if (part === undefined) throw new Error(`its weight file ${quote(path)} was not read`);
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
  if (at !== bytes.length)
    throw new Error(
      `${bytes.length - at} bytes of ${namesText(paths.map((path) => ({ name: path })))} belong to no weight`,
    );
  return constants;
}

function readNode(node: unknown): TfNode {
  const { name, op, input = [], attr = {} } = isObject(node) ? node : {};
  const inputs = arrayOf(input, 'inputs').map((one) => textOf(one, 'an input of a node'));
  return {
    name: textOf(name, 'the name of a node'),
    op: textOf(op, 'the operator of a node'),
    // What begins with ^ is waited for, not read.
    inputs: inputs.filter((one) => !one.startsWith('^')).map((one) => one.replace(/:0$/, '')),
    attributes: isObject(attr) ? attr : {},
  };
}

/** How a message names a node. */
export const labelOf = ({ name, op }: TfNode): string => `node ${quote(name)} (${shown(op)})`;

const nodeOf = (value: string): string => value.replace(/:\d+$/, '');

/** Nodes that no network has more of, and a name that TF.js, which keeps nodes in objects, does not find again. */
function checkNodes(nodes: readonly TfNode[]): void {
  if (nodes.length > MOST_NODES) throw new Error(`it has ${nodes.length} nodes: at most ${MOST_NODES} are supported`);
  const reserved = nodes.find(({ name }) => isReserved(name));
  if (reserved !== undefined)
    throw new Error(
      `node '${reserved.name}' has the name of a property of every object, which TF.js fails on: rename it`,
    );
}

/** The nodes in the file's order, but each after what it reads. Throws on a cycle. */
function sorted(nodes: readonly TfNode[]): TfNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  if (byName.size < nodes.length) throw new Error('two of its nodes have one name');
  const placed = new Set<TfNode>();
  const open = new Set<TfNode>();
  for (const root of nodes) {
    const path = placed.has(root) ? [] : [{ node: root, at: 0 }];
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const { node } = step;
      open.add(node);
      const input = node.inputs[step.at++];
      if (input === undefined) {
        placed.add(node);
        open.delete(node);
        path.pop();
        continue;
      }
      const next = byName.get(nodeOf(input));
      if (next === undefined) throw new Error(`${labelOf(node)}: it reads ${quote(input)}, which no node computes`);
      if (open.has(next)) throw new Error(`${labelOf(next)} is on a cycle`);
      if (!placed.has(next)) path.push({ node: next, at: 0 });
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
    throw new Error(
      `it has ${names.length} outputs (${namesText(names.map((one) => ({ name: one })))}): one is supported`,
    );
  return name;
}

/**
 * The content of a TF.js graph model: its model.json, and `files`, its weight files by the paths that it has of them.
 * Throws one line where it is damaged or no graph model, or has weights that are not float32 or not all there.
 */
export function readGraphModel(bytes: Uint8Array, files: Parts): TfModel {
  const json = parse(bytes);
  const topology = isObject(json.modelTopology) ? json.modelTopology : {};
  const listed = arrayOf(topology.node, 'nodes').map(readNode);
  checkNodes(listed);
  const nodes = sorted(listed);
  const inputs = nodes.filter(({ op }) => op === 'Placeholder');
  const [input] = inputs;
  if (input === undefined || inputs.length !== 1)
    throw new Error(`it has ${inputs.length} inputs (${namesText(inputs)}): one is supported`);
  const constants = groupsOf(json).flatMap((group) => readGroup(group, files));
  return { nodes, constants: new Map(constants), output: outputOf(json, nodes), input };
}
