import { walk } from '../evaluate.ts';
import { TINY } from '../float32.ts';
import { type Graph, INPUT, type Node } from '../graph.ts';
import { operatorOf } from '../ops/operators.ts';
import type { Arithmetic } from '../ops/rounding.ts';
import type { Tensor, Weights } from '../tensor.ts';
import type { Truth } from './bounds.ts';

/** A node with its exact inputs and output. */
export type Exact = {
  readonly node: Node;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly weights: Weights;
};

/**
 * Per element, the worst-case bound on the error of one node's output, for any order of summation, with or without
 * fused multiply-add, and with denormals kept or flushed, read or written (Higham 2002, section 3.1). `errors` are the
 * errors of the inputs, where they come from nodes that round. It covers Winograd's convolution F(2×2, 3×3) and F(4×4,
 * 3×3), whose other sums err more. It does not cover larger tiles, Fourier transforms, nor a sum that leaves float32's
 * range on the way to a result within it. Infinity where there is no bound.
 */
export function rigorousBound(exact: Exact, errors: readonly Float64Array[], a: Arithmetic): Float64Array {
  const { node, output, weights } = exact;
  const [x, ...others] = exact.inputs;
  // A denormal may be read as zero.
  const [error, ...more] = errors.map((one) => one.map((value) => value + TINY));
  if (x === undefined || error === undefined) throw new Error(`${node.name}: no input`);
  return operatorOf(node).worstCase({ node, inputs: [x, ...others], output, weights }, [error, ...more], a);
}

/**
 * A graph's exact output, with the worst-case bound on a runtime's error. The bound propagates every node's error
 * through the next, so it is sharp for one node, useful for a few, and too wide for a network.
 */
export function rigorous(graph: Graph, weights: Weights, input: Tensor, a: Arithmetic): Truth {
  const exact = new Float64Array(input.data.length);
  const errors = new Map<string, Float64Array>([[INPUT, exact]]);
  let result: Truth | undefined;
  walk(graph, weights, input, (node, inputs, output) => {
    const before = node.inputs.map((name) => errors.get(name) ?? exact);
    const allowed = rigorousBound({ node, inputs, output, weights }, before, a);
    errors.set(node.name, allowed);
    if (node.name === graph.output) result = { value: output, allowed, limits: undefined };
  });
  if (result === undefined) throw new Error(`${graph.output} was not computed`);
  return result;
}
