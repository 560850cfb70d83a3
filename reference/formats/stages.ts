import type { Graph } from '../graph.ts';

/**
 * Ends of stages of a network that names none: at each resolution the last image that all else is computed from, so
 * that no branch goes past it. `names` are of the nodes that may be one. By resolution, such as `56×56`.
 */
export function stagesOf(
  graph: Graph,
  shapes: ReadonlyMap<string, readonly number[]>,
  names: ReadonlyMap<string, unknown>,
): Map<string, string> {
  const lastUse = new Map(graph.nodes.flatMap((node, index) => node.inputs.map((name) => [name, index] as const)));
  const stages = new Map<string, string>();
  const alive = new Set<string>();
  for (const [index, { name, op, inputs }] of graph.nodes.entries()) {
    if (op === 'GlobalAveragePool' || op === 'Flatten') break;
    alive.add(name);
    for (const input of inputs) if (lastUse.get(input) === index) alive.delete(input);
    const [, , height, width] = shapes.get(name) ?? [];
    if (alive.size === 1 && names.has(name)) stages.set(`${height}×${width}`, name);
  }
  return stages;
}
