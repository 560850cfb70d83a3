import { evaluateNode } from '../evaluate.ts';
import { TINY } from '../float32.ts';
import { type Graph, INPUT, inferShape, type Node } from '../graph.ts';
import { operatorOf } from '../ops/operators.ts';
import type { Arithmetic } from '../ops/rounding.ts';
import type { Shape, Tensor, Weights } from '../tensor.ts';
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
 * The exact output of the last of these nodes, and the worst-case bound on a runtime's error.
 * `given` has the values that they read from outside, by name: as a runtime had them, so without error. The bound
 * propagates every node's error through the next, so it is sharp for one node, useful for a few, and too wide for a
 * network. Throws where a value is missing.
 */
export function rigorousFrom(
  nodes: readonly Node[],
  weights: Weights,
  given: ReadonlyMap<string, Tensor>,
  a: Arithmetic,
): Truth {
  const values = new Map(given);
  const shapes = new Map<string, Shape>([...given].map(([name, { shape }]) => [name, shape]));
  const errors = new Map<string, Float64Array>(
    [...given].map(([name, { data }]) => [name, new Float64Array(data.length)]),
  );
  let last: Truth | undefined;
  for (const node of nodes) {
    const shape = inferShape(node, shapes);
    const inputs = node.inputs.flatMap((name) => values.get(name) ?? []);
    const output = evaluateNode(node, inputs, weights, shape);
    const before = node.inputs.flatMap((name) => errors.get(name) ?? []);
    const allowed = rigorousBound({ node, inputs, output, weights }, before, a);
    shapes.set(node.name, shape);
    values.set(node.name, output);
    errors.set(node.name, allowed);
    last = { value: output, allowed, limits: undefined };
  }
  if (last === undefined) throw new Error('no node was given');
  return last;
}

/** The same for the output of a graph. Throws where no node computes it. */
export function rigorous(graph: Graph, weights: Weights, input: Tensor, a: Arithmetic): Truth {
  const end = graph.nodes.findIndex(({ name }) => name === graph.output) + 1;
  if (end === 0) throw new Error(`${graph.output} was not computed`);
  return rigorousFrom(graph.nodes.slice(0, end), weights, new Map([[INPUT, input]]), a);
}
