import { type Graph, INPUT, inferShapes, type Node } from './graph.ts';
import { operatorOf } from './ops/operators.ts';
import { nchw, type Shape, type Tensor, type Weights } from './tensor.ts';

/** Evaluates one node in float64, from its inputs in order and its output's shape. */
export function evaluateNode(node: Node, inputs: readonly Tensor[], weights: Weights, shape: Shape): Tensor {
  const [first, ...rest] = inputs;
  if (first === undefined) throw new Error(`${node.name}: no input`);
  return operatorOf(node).forward(node, [first, ...rest], weights, shape);
}

/** Computes one node, from its inputs in order and its output's shape. */
type Compute = (node: Node, inputs: readonly Tensor[], weights: Weights, shape: Shape) => Tensor;

/**
 * Calls `visit` for every node in order, with its inputs and output. Frees each tensor after its last use, so that the
 * deepest network needs little more memory than its widest layer.
 */
export function walkWith(
  { graph, weights, input }: { readonly graph: Graph; readonly weights: Weights; readonly input: Tensor },
  compute: Compute,
  visit: (node: Node, inputs: readonly Tensor[], output: Tensor) => void,
): void {
  const [batch, , size] = nchw(input.shape);
  const shapes = inferShapes(graph, batch, size);
  const lastUse = new Map(graph.nodes.flatMap((node, index) => node.inputs.map((name) => [name, index] as const)));
  const alive = new Map<string, Tensor>([[INPUT, input]]);
  for (const [index, node] of graph.nodes.entries()) {
    const inputs = node.inputs.map((name) => {
      const value = alive.get(name);
      if (value === undefined) throw new Error(`${node.name}: input '${name}' is computed by no earlier node`);
      return value;
    });
    const output = compute(node, inputs, weights, shapes.get(node.name) ?? []);
    visit(node, inputs, output);
    alive.set(node.name, output);
    for (const name of node.inputs) if (lastUse.get(name) === index) alive.delete(name);
  }
}

/** The same in float64. */
export const walk = (
  graph: Graph,
  weights: Weights,
  input: Tensor,
  visit: (node: Node, inputs: readonly Tensor[], output: Tensor) => void,
): void => walkWith({ graph, weights, input }, evaluateNode, visit);

/**
 * Evaluates the graph in float64 and returns every node's output by name.
 * @param input [N, C, size, size]. Throws where a shape does not fit or a parameter is missing.
 */
export function evaluate(graph: Graph, weights: Weights, input: Tensor): Map<string, Tensor> {
  const outputs = new Map<string, Tensor>();
  walk(graph, weights, input, (node, _, output) => outputs.set(node.name, output));
  return outputs;
}
