import { type Graph, INPUT, type Node } from '../graph.ts';
import { operatorOf } from '../ops/operators.ts';

/** Nodes in order, from known values to one known value, which the last of them computes. */
export type Between = readonly Node[];

/**
 * For each known value, in the order of the graph, the nodes that compute it from other known values or from the input.
 * Known values that the output does not need are among them too.
 */
export function between(graph: Graph, known: ReadonlySet<string>): Between[] {
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const pieceTo = (end: Node): Between => {
    // A Set iterates in insertion order, so values added in the loop are visited too.
    const needed = new Set([end.name]);
    for (const name of needed)
      for (const input of byName.get(name)?.inputs ?? []) if (!known.has(input) && input !== INPUT) needed.add(input);
    return graph.nodes.filter(({ name }) => needed.has(name));
  };
  return graph.nodes.filter(({ name }) => known.has(name)).map(pieceTo);
}

/**
 * The values that no runtime fuses away: all but those whose only reader is an operator that runtimes fuse into the one
 * before it, or an Add, which some fuse into a convolution. As outputs, these leave fusions intact.
 */
export function unfusedOf(graph: Graph): Set<string> {
  const readers = new Map<string, Node[]>();
  for (const node of graph.nodes)
    for (const name of new Set(node.inputs)) readers.set(name, [...(readers.get(name) ?? []), node]);
  const isHidden = ({ name }: Node): boolean => {
    const [reader, ...others] = readers.get(name) ?? [];
    return reader !== undefined && others.length === 0 && (operatorOf(reader).fused === true || reader.op === 'Add');
  };
  return new Set(graph.nodes.filter((node) => !isHidden(node)).map(({ name }) => name));
}

/**
 * Of these values, those that no chain of a convolution and what is fused to it computes: the ends of residual blocks,
 * and what pools, flattens and multiplies. Some runtimes fuse a chain even where its parts are outputs.
 */
export function blockEndsOf(graph: Graph, values: ReadonlySet<string>): Set<string> {
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const isChained = (node: Node | undefined): boolean => {
    let at = node;
    while (at !== undefined && operatorOf(at).fused === true) at = byName.get(at.inputs[0] ?? '');
    return at?.op === 'Conv';
  };
  return new Set([...values].filter((name) => !isChained(byName.get(name))));
}
