import { Bench } from 'tinybench';

/** Times of calls in milliseconds, sorted; `short` where the time allowed fewer than were wanted. */
export type Samples = { readonly samples: number[]; readonly short: boolean };

/**
 * Times `call` with tinybench on the harness's clock: `wanted` times, or as often as fits into `time` milliseconds by
 * the estimate of one call, but at least twice. `between` runs after each call, outside the clock.
 * Rejects where a call does.
 */
export async function sample(
  call: () => Promise<void>,
  between: () => void,
  { now, wanted, time, estimate }: { now: () => number; wanted: number; time: number; estimate: number },
): Promise<Samples> {
  const iterations = Math.max(1, Math.min(wanted, Math.floor(time / Math.max(estimate, 1e-3))));
  const bench = new Bench({ now, time: 0, iterations, warmup: false, retainSamples: true, throws: true });
  bench.add('call', call, { async: true, afterEach: between });
  await bench.run();
  const result = bench.tasks[0]?.result;
  if (result === undefined || !('latency' in result) || result.latency.samples === undefined)
    throw new Error(`tinybench kept no samples (${result?.state})`);
  return { samples: [...result.latency.samples], short: iterations < wanted };
}
