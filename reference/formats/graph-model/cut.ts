import { isObject } from '../../json.ts';
import type { Cut } from '../format.ts';
import { FLOAT } from './graph-def.ts';

type Json = { readonly [key: string]: unknown };

const nodeNamed = (value: string): string => value.replace(/^\^/, '').replace(/:\d+$/, '');

/**
 * The part of a TF.js graph model's model.json that computes one value, its only output, from the model's input or from
 * another value. Nodes keep their attributes, and the weights' files are the same. Undefined where that part reads the
 * model's input beside its source.
 */
export function cutGraphModel(main: Uint8Array, { source, output }: Cut): Uint8Array<ArrayBuffer> | undefined {
  const json = JSON.parse(new TextDecoder().decode(main)) as Json;
  const topology = isObject(json.modelTopology) ? json.modelTopology : {};
  const nodes = (Array.isArray(topology.node) ? topology.node : []) as readonly Json[];
  const byName = new Map(nodes.map((node) => [`${node.name}`, node]));
  const inputsOf = (name: string) => (byName.get(name)?.input ?? []) as readonly string[];
  // A Set iterates in insertion order, so values added in the loop are visited too.
  const kept = new Set([output.name]);
  for (const name of kept) if (name !== source?.name) for (const input of inputsOf(name)) kept.add(nodeNamed(input));
  const [n = 1, c = 1, h = 1, w = 1] = source?.shape ?? [];
  const dim = [n, h, w, c].map((size) => ({ size: `${size}` }));
  const attr = { dtype: FLOAT, shape: { shape: { dim } } };
  const cut = nodes
    .filter(({ name }) => kept.has(`${name}`))
    .map((node) => (node.name === source?.name ? { name: node.name, op: 'Placeholder', input: [], attr } : node));
  if (cut.filter(({ op }) => op === 'Placeholder').length > 1) return undefined;
  // A signature would name the output of the whole.
  const { signature: _, userDefinedMetadata: __, ...rest } = json;
  const text = JSON.stringify({ ...rest, modelTopology: { ...topology, node: cut } });
  return new TextEncoder().encode(text);
}
