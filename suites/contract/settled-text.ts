import { beyondTolerance } from '../../reference/judge/verdict.ts';
import type { Check } from '../record/check.ts';
import type { Settled } from '../record/settled.ts';
import { chain } from './chain.ts';
import { failed, judged, LOCATE, wrong } from './checks.ts';
import type { Finding } from './suite.ts';

/** Where the values were taken by which a layer was proven wrong. */
const HOW: { readonly [how in Proven['how']]: string } = {
  whole: 'over the whole network',
  nodes: 'fed its own measured input',
  fused: 'fed its own measured input, with fusions intact',
  blocks: 'from its own measured block to the next',
  stages: 'from its own measured stage to the next',
};

type Proven = Extract<Settled, { node: string }>;

/** What proved an output wrong: `layer1.0.relu (Conv → Relu): error 2.1e+0 is 350× its worst case, …`. */
function settledText({ node, ops, error, ratio, how }: Proven): string {
  const size =
    ratio === null
      ? 'values wrong by kind'
      : `error ${error.toExponential(2)} is ${ratio.toPrecision(3)}× its worst case`;
  return `${node} (${chain(ops)}), ${HOW[how]}: ${size}`;
}

/**
 * The finding about outputs of a whole network, in the order of the graph, after settling: `wrong`, with the layer, where
 * one is proven wrong; none where the whole is within the limits of Winograd's convolution, and every node is as exact as
 * right implementations are; else as without it, with what was tried.
 */
export function settledFinding(
  checks: readonly Check[],
  nameOf: (tensor: string) => string,
  settled: Settled | undefined,
): Finding {
  if (settled === undefined) return judged(checks, nameOf, LOCATE);
  if ('lessExact' in settled) {
    const exact = checks.every((check) => beyondTolerance(check) === 0 && (check.wide ?? check.ratio) <= 1);
    const each = `each of the ${settled.lessExact} nodes, fed its own measured input, is as exact as right implementations`;
    return exact ? undefined : judged(checks, nameOf, `${each}; ${LOCATE}`);
  }
  if ('undecided' in settled) {
    const { odd, undecided } = settled;
    const named =
      odd &&
      `${odd.node} (${chain(odd.ops)}), fed its own measured input, is ${odd.ratio.toPrecision(3)}× beyond what right implementations do`;
    return judged(checks, nameOf, [named, undecided, LOCATE].filter((text) => text !== undefined).join('; '));
  }
  return wrong([settledText(settled), failed(checks, nameOf)].filter((text) => text !== undefined).join('; seen in '));
}
