import { walk } from '../evaluate.ts';
import { TINY } from '../float32.ts';
import type { Graph, Node } from '../graph.ts';
import type { Evaluated } from '../ops/operator.ts';
import { operatorOf } from '../ops/operators.ts';
import { type Arithmetic, DEVIATIONS } from '../ops/rounding.ts';
import { type Tensor, type Weights, zeros } from '../tensor.ts';

export const FLOAT32: Arithmetic = { unit: 2 ** -24, operand: 0 };

export type Truth = {
  /** The exact output, up to float64 rounding. */
  readonly value: Tensor;
  /** Per element, the statistical bound on the error of an output computed in the given arithmetic. */
  readonly allowed: Float64Array;
};

/** What is evaluated. `observe`, where given, is called for every node with its inputs and output. */
type Evaluation = {
  readonly graph: Graph;
  readonly weights: Weights;
  readonly input: Tensor;
  readonly observe?: (node: Node, inputs: readonly Tensor[], output: Tensor) => void;
};

/**
 * Float64 truth of the wanted nodes with a statistical bound on the error of a whole-network evaluation in `a`: every
 * rounding's variance is derived from the actual values and propagated through the following layers. `wanted` maps a
 * tap's name to a node's. The input is assumed exact.
 */
export function truth(
  { graph, weights, input, observe }: Evaluation,
  wanted: ReadonlyMap<string, string>,
  a: Arithmetic,
): Map<string, Truth> {
  // Keyed by the value's tensor, so that a variance is freed when `walk` frees the value.
  const variances = new WeakMap<Tensor, Tensor>([[input, zeros(input.shape)]]);
  const taps = new Map<string, Truth>();
  const names = new Map([...wanted].map(([tap, node]) => [node, tap]));
  walk(graph, weights, input, (node, inputs, output) => {
    observe?.(node, inputs, output);
    const [x, ...others] = inputs;
    if (x === undefined) throw new Error(`${node.name}: no input`);
    const carried = (value: Tensor) => variances.get(value) ?? zeros([0]);
    const at: Evaluated<Node> = { node, inputs: [x, ...others], output, weights };
    const data = operatorOf(node).variance(at, [carried(x), ...others.map(carried)], a);
    variances.set(output, { shape: output.shape, data });
    const tap = names.get(node.name);
    // Storing the result rounds by at most half a unit, and may flush a denormal to zero.
    if (tap !== undefined)
      taps.set(tap, {
        value: output,
        allowed: data.map((v, i) => DEVIATIONS * Math.sqrt(v) + a.unit * Math.abs(output.data[i] as number) + TINY),
      });
  });
  return taps;
}
