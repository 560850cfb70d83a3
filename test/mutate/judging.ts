import type { Graph, Node } from '../../reference/graph.ts';
import { FLOAT32, type Truth, truthsOf } from '../../reference/judge/bounds.ts';
import { emulateNode } from '../../reference/judge/emulate.ts';
import { nodeTruths } from '../../reference/judge/node.ts';
import { beyondTolerance, judge } from '../../reference/judge/verdict.ts';
import { operatorOf } from '../../reference/ops/operators.ts';
import type { Way } from '../../reference/ops/way.ts';
import type { Tensor, Weights } from '../../reference/tensor.ts';

/** Computes one node from its inputs; the output has this shape. */
export type Compute = (node: Node, inputs: readonly Tensor[], weights: Weights, shape: readonly number[]) => Tensor;

/** How mutants sum: sums of sixteen terms, and those one after the other. The limits come from other ways. */
const WAY: Way = {
  id: 'blocked',
  rounding: 'float32',
  block: 16,
  order: 'forward',
  biasFirst: false,
  winograd: undefined,
  folded: true,
  flush: false,
};

/** A node as a right float32 runtime computes it. */
export const float32: Compute = (node, inputs, weights, shape) => {
  const [first, ...others] = inputs;
  if (first === undefined) throw new Error(`${node.name}: no input`);
  return emulateNode({ node, inputs: [first, ...others], weights, shape }, WAY);
};

/** Whether runtimes may compute a node with Winograd's algorithm. */
export const isWinograd = (node: Node): boolean => operatorOf(node).winograd?.(node) ?? false;

/** Truths of a network's stages and logits on some inputs, as conformance has them. */
export const tapTruths = (graph: Graph, weights: Weights, inputs: readonly Tensor[]): Map<string, Truth>[] =>
  truthsOf({ graph, weights, inputs }, new Map([...graph.stages, ['logits', graph.output]]), FLOAT32);

/**
 * Whether an output is beyond what is allowed. The limits of Winograd's algorithm are taken where there are any, since
 * the judge cannot know whether a runtime uses it.
 */
export function isBeyond(output: Tensor, truth: Truth): boolean {
  const verdict = judge(output.data, truth);
  return beyondTolerance(verdict) > 0 || verdict.wide > 1;
}

/** How a node's output is judged by its own measured inputs, as judgeNode does. */
export type NodeJudge = {
  /** The exact output. */
  readonly exact: Tensor;
  /** Whether an output is beyond what right implementations of the node alone do. */
  isSuspect(output: Tensor): boolean;
  /** Whether it is beyond the node's worst-case bound. */
  isProven(output: Tensor): boolean;
};

export function nodeJudge(
  node: Node,
  inputs: readonly Tensor[],
  weights: Weights,
  shape: readonly number[],
): NodeJudge {
  const [first, ...others] = inputs;
  if (first === undefined) throw new Error(`${node.name}: no input`);
  const { proof, fit } = nodeTruths({ node, inputs: [first, ...others], weights, shape }, FLOAT32);
  return {
    exact: proof.value,
    isSuspect: (output) => isBeyond(output, fit) || isBeyond(output, proof),
    isProven: (output) => isBeyond(output, proof),
  };
}
