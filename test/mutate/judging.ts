import { evaluateNode } from '../../reference/evaluate.ts';
import type { Graph, Node } from '../../reference/graph.ts';
import { FLOAT32, type Truth, truth } from '../../reference/judge/bounds.ts';
import { isRight, judge } from '../../reference/judge/verdict.ts';
import { rigorousBound } from '../../reference/judge/worst-case.ts';
import type { Tensor, Weights } from '../../reference/tensor.ts';

/** Computes one node from its inputs; the output has this shape. */
export type Compute = (node: Node, inputs: readonly Tensor[], weights: Weights, shape: readonly number[]) => Tensor;

/** A node as a right float32 runtime computes it. */
export const float32: Compute = (node, inputs, weights, shape) => {
  const { data } = evaluateNode(node, inputs, weights, shape);
  return { shape: [...shape], data: data.map(Math.fround) };
};

/** Whether runtimes may compute a node with Winograd's algorithm: a 3×3 convolution of stride 1. */
export const isWinograd = (node: Node): boolean =>
  node.op === 'Conv' && node.group === 1 && [...node.kernel, ...node.strides].join() === '3,3,1,1';

/** Truths of a network's stages and logits, as conformance has them. */
export function truthsOf(graph: Graph, weights: Weights, input: Tensor): Map<string, Truth> {
  return truth({ graph, weights, input }, new Map([...graph.stages, ['logits', graph.output]]), FLOAT32);
}

/** Whether a tap or the logits are beyond what is allowed. */
export const isBeyond = (output: Tensor, { value, allowed }: Truth): boolean =>
  !isRight(judge(output.data, value.data, allowed));

/** How a node's output is judged by its own measured inputs. */
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
  const exact = evaluateNode(node, inputs, weights, shape);
  const errors = inputs.map((input) => new Float64Array(input.data.length));
  const allowed = rigorousBound({ node, inputs, output: exact, weights }, errors, FLOAT32);
  const isProven = (output: Tensor) => isBeyond(output, { value: exact, allowed });
  return { exact, isSuspect: isProven, isProven };
}
