import type { Graph } from '../../reference/graph.ts';
import { truthsOf } from '../../reference/judge/bounds.ts';
import { requireSound } from '../../reference/judge/sound.ts';
import { isRight, judge, type Verdict } from '../../reference/judge/verdict.ts';
import type { Arithmetic } from '../../reference/ops/rounding.ts';
import type { Tensor, Weights } from '../../reference/tensor.ts';
import type { Truths } from '../../reference/truthfile.ts';
import { LOGITS } from '../contract/job.ts';
import type { ProbedCall } from './prober.ts';

/** A tensor that a benchmark finds wrong: its name, the index of the input, and how wrong. */
export type BenchFinding = { readonly tensor: string; readonly input: number; readonly verdict: Verdict };

/** The truths that a benchmark judges by: of the stages and the output of the network as it is read, on each input. */
export function benchTruths(
  { graph, weights }: { readonly graph: Graph; readonly weights: Weights },
  inputs: readonly Tensor[],
  arithmetic: Arithmetic,
): Truths {
  const wanted = new Map([...graph.stages, [LOGITS, graph.output]]);
  const truths = truthsOf({ graph, weights, inputs }, wanted, arithmetic);
  for (const taps of truths) for (const [name, one] of taps) requireSound(name, one);
  return truths;
}

/** What a benchmark finds wrong in these calls: the first call of each tensor on each input, in the network's order. */
export function findings(calls: readonly ProbedCall[], truths: Truths): BenchFinding[] {
  const found: BenchFinding[] = [];
  const order = [...(truths[0]?.keys() ?? [])].filter((name) => name !== LOGITS);
  for (const tensor of [...order, LOGITS])
    for (const { input, outputs } of calls) {
      const [output, expected] = [outputs.get(tensor), truths[input]?.get(tensor)];
      if (output === undefined || expected === undefined) continue;
      const verdict = judge(output, expected);
      if (!isRight(verdict) && !found.some((one) => one.tensor === tensor && one.input === input))
        found.push({ tensor, input, verdict });
    }
  return found;
}
