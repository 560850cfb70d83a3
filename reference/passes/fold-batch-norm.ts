import { normalisation } from '../evaluate.ts';
import type { Graph, Node } from '../graph.ts';
import { parameter, type Weights } from '../tensor.ts';

/**
 * Folds every batch normalisation that alone follows a convolution into that convolution's weight and a new bias,
 * computed in float64 and rounded once to float32, as converters do. The folded convolution keeps its own name; the
 * normalisation's readers read the convolution.
 */
export function foldBatchNorm(graph: Graph, weights: Weights): { graph: Graph; weights: Weights } {
  const readers = new Map<string, number>();
  for (const node of graph.nodes) for (const name of node.inputs) readers.set(name, (readers.get(name) ?? 0) + 1);
  const renamed = new Map<string, string>();
  const nodes: Node[] = [];
  const folded = new Map(weights);
  for (const node of graph.nodes) {
    const previous = nodes.findIndex((other) => other.name === node.inputs[0]);
    const conv = nodes[previous];
    if (node.op === 'BatchNormalization' && conv?.op === 'Conv' && !conv.bias && readers.get(conv.name) === 1) {
      const { scale, shift } = normalisation(node, weights);
      const name = `${conv.name}.weight`;
      const weight = parameter(weights, name);
      const fan = weight.length / conv.out;
      folded.set(
        name,
        weight.map((value, i) => value * (scale[Math.floor(i / fan)] as number)),
      );
      folded.set(`${conv.name}.bias`, Float32Array.from(shift));
      for (const suffix of ['weight', 'bias', 'running_mean', 'running_var']) folded.delete(`${node.name}.${suffix}`);
      nodes[previous] = { ...conv, bias: true };
      renamed.set(node.name, conv.name);
    } else nodes.push({ ...node, inputs: node.inputs.map((input) => renamed.get(input) ?? input) });
  }
  const stages = new Map([...graph.stages].map(([stage, name]) => [stage, renamed.get(name) ?? name]));
  return { graph: { ...graph, nodes, stages, output: renamed.get(graph.output) ?? graph.output }, weights: folded };
}
