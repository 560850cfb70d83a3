import type { Graph, Node } from '../../reference/graph.ts';
import { FLOAT32, type Truth, truthsOf } from '../../reference/judge/bounds.ts';
import { emulateNode } from '../../reference/judge/emulate.ts';
import { pieceTruths } from '../../reference/judge/node.ts';
import { proofOf } from '../../reference/judge/proof.ts';
import { beyondTolerance, isRight, judge } from '../../reference/judge/verdict.ts';
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

/** How far an output is beyond what is allowed: not at all, the judge's limits, or those of Winograd's algorithm too. */
export const WITHIN = 0;
export const BEYOND = 1;
export const BEYOND_WINOGRAD = 2;
export type Level = typeof WITHIN | typeof BEYOND | typeof BEYOND_WINOGRAD;

export function levelOf(output: Tensor, truth: Truth): Level {
  const verdict = judge(output.data, truth);
  if (isRight(verdict)) return WITHIN;
  return beyondTolerance(verdict) > 0 || verdict.wide > 1 ? BEYOND_WINOGRAD : BEYOND;
}

/** The larger of two levels. */
export const further = (a: Level, b: Level): Level => (a > b ? a : b);

/** How a node's output is judged by its own measured inputs, as judgeNode does. */
export type NodeJudge = {
  /** The exact output. */
  readonly exact: Tensor;
  /** How far an output is beyond what right implementations of the node alone do. */
  level(output: Tensor): Level;
  /** Whether it is beyond the node's worst-case bound. */
  isProven(output: Tensor): boolean;
};

export function nodeJudge(node: Node, inputs: readonly Tensor[], weights: Weights): NodeJudge {
  const given = new Map(
    node.inputs.flatMap((name, i) => (inputs[i] === undefined ? [] : [[name, inputs[i]] as const])),
  );
  const { proof, fit } = pieceTruths({ nodes: [node], given, weights }, FLOAT32);
  return {
    exact: proof.value,
    level: (output) => levelOf(output, fit),
    isProven: ({ data }) => !isRight(proofOf(data, proof)),
  };
}
