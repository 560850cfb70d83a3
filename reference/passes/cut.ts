import { type Graph, INPUT, type Node } from '../graph.ts';

/** The part of a graph that computes one node: its ancestors and itself. Throws where there is no such node. */
export function cutAt(graph: Graph, output: string): Graph {
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  if (!byName.has(output)) throw new Error(`no node '${output}' in ${graph.name}`);
  const needed = new Set<string>();
  const visit = (name: string) => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const input of byName.get(name)?.inputs ?? []) visit(input);
  };
  visit(output);
  return { ...graph, nodes: graph.nodes.filter((node) => needed.has(node.name)), output, stages: new Map() };
}

/** A piece of a graph that reads one value of it: the value's name, and the piece as a graph of its own. */
export type Piece = { readonly source: string; readonly graph: Graph };

/**
 * Pieces that end at a node, smallest first: the node alone, then with nodes before it, as long as all that the piece
 * reads from outside is one value. `channels` gives the channels of a value.
 */
export function* piecesBefore(graph: Graph, output: string, channels: (name: string) => number): Generator<Piece> {
  const ancestors = cutAt(graph, output).nodes;
  for (let first = ancestors.length - 1; first >= 0; first--) {
    const inside = ancestors.slice(first);
    const names = new Set(inside.map((node) => node.name));
    const outside = new Set(inside.flatMap((node) => node.inputs.filter((name) => !names.has(name))));
    const [source] = outside;
    if (source === undefined || outside.size !== 1 || !reaches(inside, output)) continue;
    const nodes = inside.map((node) => ({
      ...node,
      inputs: node.inputs.map((name) => (name === source ? INPUT : name)),
    }));
    yield { source, graph: { name: output, channels: channels(source), nodes, output, stages: new Map() } };
  }
}

/** Whether every node but the last is read by another: a piece has no idle branch. */
function reaches(nodes: readonly Node[], output: string): boolean {
  const read = new Set(nodes.flatMap((node) => node.inputs));
  return nodes.every((node) => node.name === output || read.has(node.name));
}
