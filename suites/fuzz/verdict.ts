import { FLOAT32 } from '../../reference/judge/bounds.ts';
import { isRight, isWorse, judge, type Verdict } from '../../reference/judge/verdict.ts';
import { rigorous } from '../../reference/judge/worst-case.ts';
import { channelsFirst } from '../../reference/layout.ts';
import type { FuzzNetwork } from '../contract/play.ts';
import { graphOf } from './network.ts';
import { inputOf, weightsOf } from './values.ts';

/** The input of each of a network's calls, in order. */
export const CALLS: readonly number[] = [0, 1, 0];

/**
 * What outputs prove: nothing wrong; a value beyond what any order of float32 operations can give; or nothing, since
 * there is no finite truth or bound.
 */
export type Proof =
  | { readonly kind: 'right'; readonly ratio: number }
  | {
      readonly kind: 'wrong';
      readonly call: number;
      readonly verdict: Verdict | undefined;
      readonly output: ArrayLike<number>;
      readonly why: string;
    }
  | { readonly kind: 'none' };

const finite = (values: Float64Array): boolean => values.every((value) => Number.isFinite(value));

/** Holds the outputs of a network's calls to their worst-case bounds. `last`: images have their channels last. */
export function prove(network: FuzzNetwork, outputs: readonly ArrayLike<number>[], last: boolean): Proof {
  const [graph, weights] = [graphOf(network), weightsOf(network)];
  const truths = [0, 1].map((index) => rigorous(graph, weights, inputOf(network, index), FLOAT32));
  if (truths.some(({ value, allowed }) => !finite(value.data) || !finite(allowed))) return { kind: 'none' };
  let ratio = 0;
  let worst: { readonly call: number; readonly verdict: Verdict; readonly output: ArrayLike<number> } | undefined;
  for (const [call, output] of outputs.entries()) {
    const truth = truths[CALLS[call] ?? 0];
    if (truth === undefined) continue;
    const { value } = truth;
    if (output.length !== value.data.length)
      return {
        kind: 'wrong',
        call,
        verdict: undefined,
        output,
        why: `${output.length} values, not ${value.data.length}`,
      };
    const first = channelsFirst(output, value.shape, last);
    const verdict = judge(first, truth);
    ratio = Math.max(ratio, verdict.ratio);
    if (!isRight(verdict) && (worst === undefined || isWorse(verdict, worst.verdict)))
      worst = { call, verdict, output: first };
  }
  if (worst === undefined) return { kind: 'right', ratio };
  return { kind: 'wrong', ...worst, why: '' };
}
