import { encodeFloats } from '../../reference/float32.ts';
import type { Truths } from '../../reference/truthfile.ts';
import { checksOf, itself } from '../contract/checks.ts';
import { openingTime } from '../contract/open.ts';
import type { SharedVisit } from '../contract/run.ts';
import { settleFirst } from '../contract/settling.ts';
import { INPUTS, type Visit } from '../contract/visit.ts';
import { type Logits, MAX_LOGITS } from '../record/check.ts';
import { count } from '../stats/format.ts';
import type { ConformanceResult } from './schema.ts';
import { verdict } from './verdict.ts';

export const stage = 'proof';
export const phases = [];

/** The output that reports compare with other backends. Only where it is small and has a truth. */
export function kept(output: ArrayLike<number>, truths: Truths): { logits: Logits } | undefined {
  const truth = truths[0]?.get('logits');
  if (truth === undefined || output.length > MAX_LOGITS) return undefined;
  return { logits: { values: encodeFloats(output), allowed: encodeFloats(truth.allowed) } };
}

/** The inputs that a round taps, by index: another one each round; all where there is only one round. */
const tappedIn = ({ round, rounds }: Visit): number[] =>
  rounds === 1 ? Array.from({ length: INPUTS }, (_, i) => i) : [round % INPUTS];

/** The inputs of a round that the budget has time to tap, and why others are left out. */
function affordable({ visit, tools, opened, calls, deadline }: SharedVisit): { tapped: number[]; untapped?: string } {
  const wanted = tappedIn(visit);
  // Opening a tapped session and running it once costs about what the first one cost.
  const time = deadline - tools.now() - openingTime(opened) - calls.first;
  const fit = time > 0 ? 1 + Math.floor(time / calls.second) : 0;
  const [tapped, left] = [wanted.slice(0, fit), wanted.slice(fit)];
  const stages = visit.network.taps.length;
  if (left.length === 0 || stages === 0) return { tapped };
  return {
    tapped,
    untapped: `${count(stages, 'stage')} on ${left.length} of ${count(wanted.length, 'input')}: one more run would have exceeded the budget of this visit (--profile full gives it more)`,
  };
}

/**
 * The checks of all outputs, and of the network's stages on one input a round. In the first round also the first output
 * itself. An output beyond its limit is settled: see contract/settle.ts.
 */
export async function measure(shared: SharedVisit, asked: boolean): Promise<ConformanceResult> {
  const { visit, logits, answer, caller } = shared;
  const { tapped, untapped } = asked ? affordable(shared) : { tapped: [] };
  const { taps } = await shared.inspect(tapped);
  const result: ConformanceResult = { suite: 'conformance', checks: checksOf([logits, ...taps]) };
  if (untapped !== undefined) result.untapped = untapped;
  if (caller.stale() > 0) result.stale = caller.stale();
  if (verdict(result)?.status === 'suspect') {
    const { row, tools, inputs, opened, deadline } = shared;
    const session = { visit, row, tools, inputs, backend: opened.backend, began: deadline - visit.budgetMs };
    const found = await settleFirst({ ...session, truths: await shared.truths() }, [...taps, logits], itself);
    if (found !== undefined) result.settled = found;
  }
  return visit.round === 0 ? { ...result, ...kept(answer, await shared.truths()) } : result;
}
