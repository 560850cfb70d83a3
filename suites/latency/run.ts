import { measureClock } from '../contract/clock.ts';
import type { SharedSession } from '../contract/run.ts';
import { calibrate, sample } from '../contract/sampler.ts';
import type { LatencyResult } from './schema.ts';

export const stage = 'timed';
export const phases = ['latency'];

/** Warms up and samples. Where not even one more call fits into the budget, the second call is the one sample. */
export async function measure(session: SharedSession): Promise<LatencyResult> {
  const { visit, tools, deadline, timed, caller, calls: earlier } = session;
  const { call, between } = caller;
  const { now } = tools;
  const { work } = visit.network;
  const { second } = earlier;
  const clock = measureClock(now);
  if (now() + second > deadline)
    return { suite: 'latency', samples: [second], batch: 1, clock, warmup: 1, short: true, work };
  let estimate = second;
  let warmup = 2;
  for (; warmup < visit.warmup && now() + 3 * estimate < deadline; warmup++) estimate = await timed('warm-up');
  await tools.phase('latency');
  const timing = { now, granularity: clock.granularity };
  const { batch, calls, ...one } = await calibrate(call, between, timing, estimate);
  const time = Math.min(visit.samplingMs, deadline - now());
  const options = { now, batch, wanted: visit.samples, time, estimate: one.estimate };
  return { suite: 'latency', ...(await sample(call, between, options)), batch, clock, warmup: warmup + calls, work };
}
