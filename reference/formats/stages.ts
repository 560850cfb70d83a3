import type { Graph } from '../graph.ts';

/**
 * Finds the ends of stages of a network that names none: at each resolution, the last end of a residual block that no
 * branch bypasses. No other values are used: an activation that a runtime fuses into a convolution would not be fused
 * where it is an output, so the checked network would differ from the measured one. `names` are those of the nodes for
 * which the file has a value. The result is keyed by resolution, such as `56×56`.
 */
export function stagesOf(
  graph: Graph,
  shapes: ReadonlyMap<string, readonly number[]>,
  names: ReadonlyMap<string, unknown>,
): Map<string, string> {
  const lastUse = new Map(graph.nodes.flatMap((node, index) => node.inputs.map((name) => [name, index] as const)));
  const ops = new Map(graph.nodes.map(({ name, op }) => [name, op]));
  const stages = new Map<string, string>();
  const alive = new Set<string>();
  for (const [index, { name, op, inputs }] of graph.nodes.entries()) {
    alive.add(name);
    for (const input of inputs) if (lastUse.get(input) === index) alive.delete(input);
    const ends = op === 'Add' || (op === 'Relu' && ops.get(inputs[0] ?? '') === 'Add');
    const [, , height, width] = shapes.get(name) ?? [];
    if (ends && width !== undefined && alive.size === 1 && names.has(name)) stages.set(`${height}×${width}`, name);
  }
  return stages;
}
