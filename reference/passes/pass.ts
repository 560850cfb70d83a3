import type { Graph } from '../graph.ts';
import type { Weights } from '../tensor.ts';

/** A graph and its weights. */
export type Weighted = { readonly graph: Graph; readonly weights: Weights };

/** A rewriting of a network into another that computes the same function, up to rounding. */
export type Pass = {
  /** Of the graph alone, where no weights are at hand. */
  graph(graph: Graph): Graph;
  /** Of both: the same graph as `graph` gives. */
  network(graph: Graph, weights: Weights): Weighted;
};

/** A graph after passes, in order. */
export const graphAfter = (passes: readonly Pass[], graph: Graph): Graph =>
  passes.reduce((before, pass) => pass.graph(before), graph);

/** A graph and its weights after passes, in order. */
export function networkAfter(passes: readonly Pass[], { graph, weights }: Weighted): Weighted {
  return passes.reduce<Weighted>((before, pass) => pass.network(before.graph, before.weights), { graph, weights });
}
