import type { Graph } from '../graph.ts';
import type { Weights } from '../tensor.ts';

/** A graph and its weights. */
export type Weighted = { readonly graph: Graph; readonly weights: Weights };

/** Rewrites a network to another one that computes the same function, up to rounding. */
export type Pass = {
  /** Rewrites the graph only, where there are no weights. */
  graph(graph: Graph): Graph;
  /** Rewrites both. The graph is the same as from `graph`. */
  network(graph: Graph, weights: Weights): Weighted;
};

/** A graph after passes, in order. */
export const graphAfter = (passes: readonly Pass[], graph: Graph): Graph =>
  passes.reduce((before, pass) => pass.graph(before), graph);

/** A graph and its weights after passes, in order. */
export function networkAfter(passes: readonly Pass[], { graph, weights }: Weighted): Weighted {
  return passes.reduce<Weighted>((before, pass) => pass.network(before.graph, before.weights), { graph, weights });
}
