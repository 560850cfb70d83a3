import type { Graph, Node, OpOf } from '../graph.ts';
import { scaleAndShift } from '../ops/batch-normalization.ts';
import { parameter, type Weights } from '../tensor.ts';

type Named<K extends Node['op']> = OpOf<K> & { readonly name: string };
type Pair = { readonly conv: Named<'Conv'>; readonly norm: Named<'BatchNormalization'> };

/**
 * Folds every batch normalisation that is the only reader of a convolution into it. Returns the graph and the folded
 * pairs. The convolution keeps its name and gets a bias; readers of the normalisation now read the convolution.
 */
export function foldGraph(graph: Graph): { graph: Graph; pairs: Pair[] } {
  const readers = new Map<string, number>();
  for (const node of graph.nodes) for (const name of node.inputs) readers.set(name, (readers.get(name) ?? 0) + 1);
  const renamed = new Map<string, string>();
  const rename = (name: string) => renamed.get(name) ?? name;
  const pairs: Pair[] = [];
  const nodes: Node[] = [];
  const places = new Map<string, number>();
  for (const node of graph.nodes) {
    const at = places.get(node.inputs[0] ?? '') ?? -1;
    const conv = nodes[at];
    if (node.op === 'BatchNormalization' && conv?.op === 'Conv' && readers.get(conv.name) === 1) {
      nodes[at] = { ...conv, bias: true };
      renamed.set(node.name, conv.name);
      pairs.push({ conv, norm: node });
    } else {
      places.set(node.name, nodes.length);
      nodes.push({ ...node, inputs: node.inputs.map(rename) });
    }
  }
  const stages = new Map([...graph.stages].map(([stage, name]) => [stage, rename(name)]));
  return { graph: { ...graph, nodes, stages, output: rename(graph.output) }, pairs };
}

/**
 * Folds batch normalisations, graph and weights: new weights and biases are computed in float64 and rounded once to
 * float32, as converters do. `folded`: the convolutions that took one in.
 */
export function foldBatchNorm(
  graph: Graph,
  weights: Weights,
): { graph: Graph; weights: Weights; folded: readonly string[] } {
  const folded = foldGraph(graph);
  const values = new Map(weights);
  for (const { conv, norm } of folded.pairs) {
    const { scale, shift } = scaleAndShift(norm, weights);
    const weight = parameter(weights, `${conv.name}.weight`);
    const fan = weight.length / conv.out;
    values.set(
      `${conv.name}.weight`,
      weight.map((value, i) => value * (scale[Math.floor(i / fan)] as number)),
    );
    const bias = conv.bias ? parameter(weights, `${conv.name}.bias`) : undefined;
    const moved = shift.map((value, i) => value + (bias?.[i] ?? 0) * (scale[i] as number));
    values.set(`${conv.name}.bias`, Float32Array.from(moved));
    for (const suffix of ['weight', 'bias', 'running_mean', 'running_var']) values.delete(`${norm.name}.${suffix}`);
  }
  return { graph: folded.graph, weights: values, folded: folded.pairs.map(({ conv }) => conv.name) };
}
