import { encodeFloats } from '../../reference/float32.ts';
import type { Truths } from '../../reference/truthfile.ts';
import { checksOf } from '../contract/checks.ts';
import { openingTime } from '../contract/open.ts';
import type { SharedVisit } from '../contract/run.ts';
import { type Logits, MAX_LOGITS } from '../record/check.ts';
import { count } from '../stats/format.ts';
import type { ConformanceResult } from './schema.ts';

export const stage = 'proof';
export const phases = [];

/** The output that reports compare with other backends. Only where it is small and has a truth. */
export function kept(output: ArrayLike<number>, truths: Truths): { logits: Logits } | undefined {
  const truth = truths[0]?.get('logits');
  if (truth === undefined || output.length > MAX_LOGITS) return undefined;
  return { logits: { values: encodeFloats(output), allowed: encodeFloats(truth.allowed) } };
}

/**
 * The checks of all outputs. In the first round also the checks of the network's stages, and the first output itself.
 */
export async function measure(shared: SharedVisit, asked: boolean): Promise<ConformanceResult> {
  const { visit, tools, opened, calls, deadline, logits, answer, truths } = shared;
  // Opening a tapped session and running it once costs about what the first one cost.
  const wanted = asked && visit.round === 0;
  const affordable = tools.now() + openingTime(opened) + calls.first < deadline;
  const { taps } = await shared.inspect(wanted && affordable);
  const result: ConformanceResult = { suite: 'conformance', checks: checksOf([logits, ...taps]) };
  if (wanted && !affordable)
    result.untapped = `${count(visit.network.taps.length, 'stage')}: one more run would have exceeded the budget of this visit`;
  return visit.round === 0 ? { ...result, ...kept(answer, await truths()) } : result;
}
