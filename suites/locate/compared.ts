import { evaluate } from '../../reference/evaluate.ts';
import type { Graph } from '../../reference/graph.ts';
import { judge, type Verdict } from '../../reference/judge/verdict.ts';
import type { Tensor } from '../../reference/tensor.ts';
import type { Truths } from '../../reference/truthfile.ts';
import type { ProbedCall } from './prober.ts';
import type { Failure } from './suspect.ts';

/** The values of one node, from the reference and from a backend. */
export type ComparedTensor = {
  /** The node, or the tap, and its operator. */
  readonly name: string;
  readonly op: string;
  /** Which of the inputs of a benchmark it is of. */
  readonly index: number;
  readonly reference: Tensor;
  readonly output: ArrayLike<number>;
  readonly verdict: Verdict;
};

const opOf = ({ nodes }: Graph, name: string): string => nodes.find((node) => node.name === name)?.op ?? '';

/** The values of the node that a failing graph ends with. */
export function comparedFailure({ graph, weights, input, index, output, verdict }: Failure): ComparedTensor {
  const reference = evaluate(graph, weights, input).get(graph.output);
  if (reference === undefined) throw new Error(`${graph.output} was not computed`);
  return { name: graph.output, op: opOf(graph, graph.output), index, reference, output, verdict };
}

/** The values of a stage on the first input, as a benchmark's tapped call returns them; undefined where none does. */
export function comparedTap(
  tap: string,
  graph: Graph,
  calls: readonly ProbedCall[],
  truths: Truths,
): ComparedTensor | undefined {
  const output = calls.find(({ input, outputs }) => input === 0 && outputs.has(tap))?.outputs.get(tap);
  const expected = truths[0]?.get(tap);
  if (output === undefined || expected === undefined) return undefined;
  const op = opOf(graph, graph.stages.get(tap) ?? graph.output);
  return { name: tap, op, index: 0, reference: expected.value, output, verdict: judge(output, expected) };
}
