import { evaluateNode } from '../evaluate.ts';
import { inferShape, type Node } from '../graph.ts';
import type { Inputs } from '../ops/operator.ts';
import { operatorOf } from '../ops/operators.ts';
import type { Arithmetic } from '../ops/rounding.ts';
import type { Tensor, Weights } from '../tensor.ts';
import { limited } from './bounds.ts';
import { emulateNode } from './emulate.ts';
import { normsOf, tiersFrom } from './limits.ts';
import { proofOf } from './proof.ts';
import { judge, type Verdict } from './verdict.ts';
import { rigorousBound } from './worst-case.ts';

/** A node with the values that a runtime read and wrote, in float32, as [N, C, H, W] or [N, features]. */
export type Measurement = {
  readonly node: Node;
  readonly inputs: Inputs<Tensor>;
  readonly output: ArrayLike<number>;
  readonly weights: Weights;
};

/** How a node's output compares with what the reference computes from the same inputs. */
export type NodeVerdict = {
  /** Against its worst-case bound: beyond it, the node is wrong. */
  readonly proof: Verdict;
  /** Against the limits of right implementations of this node alone. */
  readonly fit: Verdict;
};

/** Judges one node by its own measured inputs, whatever came before it. */
export function judgeNode({ node, inputs, output, weights }: Measurement, a: Arithmetic): NodeVerdict {
  const shape = inferShape(node, new Map(node.inputs.map((name, i) => [name, inputs[i]?.shape ?? []])));
  const value = evaluateNode(node, inputs, weights, shape);
  const exact = inputs.map((input) => new Float64Array(input.data.length));
  const allowed = rigorousBound({ node, inputs, output: value, weights }, exact, a);
  const winograd = operatorOf(node).winograd?.(node) ? a.ways.winograd : [];
  const errors = [[...a.ways.direct, a.ways.flushing], winograd].map((ways) =>
    ways.map((way) => normsOf(emulateNode({ node, inputs, weights, shape }, way).data, value)),
  );
  const limits = tiersFrom(errors[0] ?? [], errors[1] ?? [], value, 1);
  return {
    proof: proofOf(output, { value, allowed, limits: undefined }),
    fit: judge(output, limited(value, limits)),
  };
}
