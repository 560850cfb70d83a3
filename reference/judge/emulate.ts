import { evaluateNode, walkWith } from '../evaluate.ts';
import { isDenormal } from '../float32.ts';
import type { Graph, Node } from '../graph.ts';
import type { Inputs } from '../ops/operator.ts';
import { operatorOf } from '../ops/operators.ts';
import type { Way } from '../ops/way.ts';
import type { Shape, Tensor, Weights } from '../tensor.ts';

const flushed = (x: Tensor): Tensor => ({
  shape: x.shape,
  data: x.data.map((value) => (isDenormal(value) ? 0 : value)),
});

/** One node in float32, computed in one of the ways that runtimes have. Inputs are float32 values. */
export function emulateNode(
  { node, inputs, weights, shape }: { node: Node; inputs: Inputs<Tensor>; weights: Weights; shape: Shape },
  way: Way,
): Tensor {
  const given: Inputs<Tensor> = way.flush ? [flushed(inputs[0]), ...inputs.slice(1).map(flushed)] : inputs;
  const own = operatorOf(node).emulate?.({ node, inputs: given, weights, shape }, way);
  if (own !== undefined) return way.flush ? flushed(own) : own;
  const { data } = evaluateNode(node, given, weights, shape);
  const rounded = { shape, data: data.map(Math.fround) };
  return way.flush ? flushed(rounded) : rounded;
}

/** Calls `visit` with every node's output in float32, in order. */
export function emulate(
  network: { readonly graph: Graph; readonly weights: Weights; readonly input: Tensor },
  way: Way,
  visit: (node: Node, output: Tensor) => void,
): void {
  walkWith(
    network,
    (node, [first, ...others], weights, shape) => {
      if (first === undefined) throw new Error(`${node.name}: no input`);
      return emulateNode({ node, inputs: [first, ...others], weights, shape }, way);
    },
    (node, _, output) => visit(node, output),
  );
}
