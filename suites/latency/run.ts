import { measureClock } from '../contract/clock.ts';
import type { SharedVisit } from '../contract/run.ts';
import { calibrate, sample } from '../contract/sampler.ts';
import type { LatencyResult } from './schema.ts';

export const stage = 'timed';
export const phases = ['latency'];

/** Warms up and samples. Where not even one more call fits into the budget, the second call is the one sample. */
export async function measure(shared: SharedVisit): Promise<LatencyResult> {
  const { visit, tools, deadline, timed, caller, calls: earlier } = shared;
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
  const { perSample, calls, estimateMs } = await calibrate(call, between, timing, estimate);
  const timeMs = Math.min(visit.samplingMs, deadline - now());
  const sampled = await sample(call, between, { now, perSample, wanted: visit.samples, timeMs, estimateMs });
  return { suite: 'latency', ...sampled, batch: perSample, clock, warmup: warmup + calls, work };
}
