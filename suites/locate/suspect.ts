import type { Graph } from '../../reference/graph.ts';
import type { Truth } from '../../reference/judge/bounds.ts';
import { beyondTolerance, isRight, isWorse, judge, type Verdict } from '../../reference/judge/verdict.ts';
import type { Arithmetic } from '../../reference/ops/rounding.ts';
import type { Tensor, Weights } from '../../reference/tensor.ts';
import type { Loadable } from './prober.ts';

/** The outputs of a graph's calls, by input: several calls of each. */
export type Outputs = readonly (readonly ArrayLike<number>[])[];

/** A part of the user's own file, unchanged, and what runs it. */
export type OwnPart = { readonly file: Loadable; run(inputs: readonly Tensor[]): Promise<Outputs> };

/** The user's own file, where the backend loads it. */
export type OwnFile = {
  /**
   * The part of the file that computes a node, from the file's input or from the value of another node; undefined where
   * the file has no such values.
   */
  part(node: string, from: string): OwnPart | undefined;
};

/** What is under suspicion: how it runs an export of a graph or the user's own file, and how its precision rounds. */
export type Suspect = {
  run(graph: Graph, weights: Weights, inputs: readonly Tensor[]): Promise<Outputs>;
  readonly own: OwnFile | undefined;
  readonly arithmetic: Arithmetic;
  /** Told what could not be run, in one line. */
  readonly log: (line: string) => void;
};

/** A graph that a backend computes wrongly, with the weights and input that show it. */
export type Failure = {
  readonly graph: Graph;
  readonly weights: Weights;
  readonly input: Tensor;
  /** Which of the inputs of a benchmark it comes from. */
  readonly index: number;
  readonly arithmetic: Arithmetic;
  /** The wrong output, and how wrong it is. */
  readonly output: ArrayLike<number>;
  readonly verdict: Verdict;
  /** What was run, where it is a part of the user's own file and not an export of the graph. */
  readonly own: Loadable | undefined;
};

/** Whether a value differs from the truth by more than any right implementation, those with Winograd's sums too. */
export const differs = (verdict: Verdict): boolean => beyondTolerance(verdict) > 0 || verdict.wide > 1;

/** The worst of the calls of one input, where it is wrong. */
export function worstOf(calls: readonly ArrayLike<number>[], truth: Truth) {
  let worst: { readonly output: ArrayLike<number>; readonly verdict: Verdict } | undefined;
  for (const output of calls) {
    const verdict = judge(output, truth);
    if (worst === undefined || isWorse(verdict, worst.verdict)) worst = { output, verdict };
  }
  return worst === undefined || isRight(worst.verdict) ? undefined : worst;
}
