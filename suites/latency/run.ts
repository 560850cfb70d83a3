import { measureClock } from '../contract/clock.ts';
import type { SharedVisit } from '../contract/run.ts';
import { calibrate, sample, sampleSteadily } from '../contract/sampler.ts';
import type { LatencyResult } from './schema.ts';

export const stage = 'timed';
export const phases = ['latency'];

/** Where calls are not steady yet, sampling may take this many times as long. */
const LONGER = 3;

/** Samples that are taken however long they are, where the visit's budget allows: fewer do not show a step among them. */
const LEAST = 5;

/** Warms up and samples. Where the budget has no room for one more call, the second call is the only sample. */
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
  const timeMs = Math.min(Math.max(visit.samplingMs, LEAST * perSample * estimateMs), deadline - now());
  const until = Math.min(now() + LONGER * timeMs, deadline);
  const take = (wanted: number) =>
    sample(call, between, { now, perSample, wanted, timeMs: Math.min(timeMs, until - now()), estimateMs });
  const { dropped, ...sampled } = await sampleSteadily(take, visit.samples, { now, deadline: until });
  return { suite: 'latency', ...sampled, batch: perSample, clock, warmup: warmup + calls + dropped * perSample, work };
}
