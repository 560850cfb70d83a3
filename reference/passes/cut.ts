import { type Graph, INPUT, type Node } from '../graph.ts';
import { quote } from '../quote.ts';

/** The part of a graph that computes one node: its ancestors and itself. Throws where there is no such node. */
export function cutAt(graph: Graph, output: string): Graph {
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  if (!byName.has(output)) throw new Error(`no node ${quote(output)} in ${graph.name}`);
  // A Set iterates in insertion order, so values added in the loop are visited too.
  const needed = new Set([output]);
  for (const name of needed) for (const input of byName.get(name)?.inputs ?? []) needed.add(input);
  return { ...graph, nodes: graph.nodes.filter((node) => needed.has(node.name)), output, stages: new Map() };
}

/** A piece of a graph that reads a single value: the value's name, and the piece as its own graph. */
export type Piece = { readonly source: string; readonly graph: Graph };

/**
 * Pieces of at most `most` nodes that end at a node, smallest first: the node alone, then with nodes before it, where
 * the piece reads only one value from outside. `channels` gives the channels of a value.
 */
export function piecesOf(
  graph: Graph,
  channels: (name: string) => number,
  most: number,
): (output: string) => Generator<Piece> {
  const places = new Map(graph.nodes.map(({ name }, index) => [name, index]));
  return function* (output) {
    const inside: Node[] = [];
    // Nodes are in execution order, so everything that a piece reads from outside is before it.
    const outside = new Set([output]);
    for (let at = places.get(output) ?? -1; at >= 0 && inside.length < most; at--) {
      const node = graph.nodes[at];
      if (node === undefined || !outside.delete(node.name)) continue;
      inside.push(node);
      for (const name of node.inputs) outside.add(name);
      const [source] = outside;
      if (source === undefined || outside.size !== 1) continue;
      const renamed = (name: string) => (name === source ? INPUT : name);
      const nodes = inside.map((one) => ({ ...one, inputs: one.inputs.map(renamed) })).reverse();
      yield { source, graph: { name: output, channels: channels(source), nodes, output, stages: new Map() } };
    }
  };
}
