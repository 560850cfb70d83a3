import { Bench } from 'tinybench';

/** Times of calls in milliseconds, in time order; `short` where the time allowed fewer than were wanted. */
export type Samples = { readonly samples: number[]; readonly short: boolean };

/** Clock ticks that a sample should last at least, so that the clock tells it to 1 %. */
const TICKS = 100;

export type Timing = {
  now(): number;
  /** The clock's granularity, in milliseconds. */
  readonly granularity: number;
};

/** Runs `call` `batch` times in a row and returns the milliseconds that it took in all. */
async function timeBatch(call: () => Promise<void>, now: () => number, batch: number): Promise<number> {
  const start = now();
  for (let i = 0; i < batch; i++) await call();
  return now() - start;
}

/**
 * How many calls make a sample of at least 100 ticks of the clock, and the milliseconds of one call, from an estimate
 * of it. A call that is long enough alone is not made; else the calls made are `calls`, each batch checked by `between`.
 */
export async function calibrate(
  call: () => Promise<void>,
  between: () => unknown,
  { now, granularity }: Timing,
  estimate: number,
): Promise<{ batch: number; estimate: number; calls: number }> {
  let [batch, took, calls] = [1, estimate, 0];
  if (took >= TICKS * granularity) return { batch, estimate, calls };
  // Twice as long, since calls may still get faster.
  while (took < 2 * TICKS * granularity) {
    batch *= 2;
    calls += batch;
    took = await timeBatch(call, now, batch);
    await between();
  }
  return { batch, estimate: took / batch, calls };
}

/**
 * Times `call` with tinybench on the harness's clock: `wanted` samples of `batch` calls each, or as many as fit into
 * `time` milliseconds by the estimate of one call, but at least one. A sample is the mean of its batch. `between` runs
 * after each batch, outside the clock. Rejects where a call does.
 */
export async function sample(
  call: () => Promise<void>,
  between: () => unknown,
  options: {
    now: () => number;
    readonly batch: number;
    readonly wanted: number;
    readonly time: number;
    readonly estimate: number;
  },
): Promise<Samples> {
  const { now, batch, wanted, time, estimate } = options;
  const iterations = Math.max(1, Math.min(wanted, Math.floor(time / Math.max(batch * estimate, 1e-3))));
  const samples: number[] = [];
  // Only tinybench's loop and hooks are used: its statistics are of one process's sorted samples, while here intervals
  // are over rounds, and warm-up and drift are found in the time order.
  const timed = async () => {
    const took = await timeBatch(call, now, batch);
    samples.push(took / batch);
    return { overriddenDuration: took / batch, overriddenIterationCost: took };
  };
  const bench = new Bench({ now, time: 0, iterations, warmup: false, throws: true });
  bench.add('call', timed, { async: true, afterEach: async () => void (await between()) });
  await bench.run();
  return { samples, short: iterations < wanted };
}
