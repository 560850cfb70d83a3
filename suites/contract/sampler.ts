import { Bench } from 'tinybench';
import { stepIn } from '../stats/steady.ts';

/** Times of calls in milliseconds, in time order. `short`: time allowed fewer than wanted. */
export type Samples = { readonly samples: number[]; readonly short: boolean };

/** Minimum length of a sample in clock steps, so that the clock resolution is 1 % of it. */
const TICKS = 100;

export type Timing = {
  now(): number;
  /** The clock's granularity, in milliseconds. */
  readonly granularity: number;
};

/** Runs `call` `times` times in a row and returns the total milliseconds. */
async function timeCalls(call: () => Promise<void>, now: () => number, times: number): Promise<number> {
  const start = now();
  for (let i = 0; i < times; i++) await call();
  return now() - start;
}

/**
 * How many calls make a sample of at least 100 clock steps, and the milliseconds of one call, starting from an
 * estimate. Where one call is long enough, none is made. Otherwise `calls` trial calls are made, with `between` after
 * each trial.
 */
export async function calibrate(
  call: () => Promise<void>,
  between: () => unknown,
  { now, granularity }: Timing,
  estimateMs: number,
): Promise<{ perSample: number; estimateMs: number; calls: number }> {
  let [perSample, took, calls] = [1, estimateMs, 0];
  if (took >= TICKS * granularity) return { perSample, estimateMs, calls };
  // Twice as long, since calls may still become faster.
  while (took < 2 * TICKS * granularity) {
    perSample *= 2;
    calls += perSample;
    took = await timeCalls(call, now, perSample);
    await between();
  }
  return { perSample, estimateMs: took / perSample, calls };
}

/**
 * Times `call` with tinybench on the harness's clock: `wanted` samples of `perSample` calls each, or as many as fit
 * into `timeMs` by the estimate of one call, but at least one. A sample is the mean of its calls. `between` runs after
 * each sample, outside the clock. Rejects where a call does.
 */
export async function sample(
  call: () => Promise<void>,
  between: () => unknown,
  options: {
    now: () => number;
    readonly perSample: number;
    readonly wanted: number;
    readonly timeMs: number;
    readonly estimateMs: number;
  },
): Promise<Samples> {
  const { now, perSample, wanted, timeMs, estimateMs } = options;
  const iterations = Math.max(1, Math.min(wanted, Math.floor(timeMs / Math.max(perSample * estimateMs, 1e-3))));
  const samples: number[] = [];
  // Only tinybench's loop and hooks are used: its statistics are of one process's sorted samples, while here intervals
  // are over rounds, and warm-up and drift are found in the time order.
  const timed = async () => {
    const took = await timeCalls(call, now, perSample);
    samples.push(took / perSample);
    return { overriddenDuration: took / perSample, overriddenIterationCost: took };
  };
  const bench = new Bench({ now, time: 0, iterations, warmup: false, throws: true });
  bench.add('call', timed, { async: true, afterEach: async () => void (await between()) });
  await bench.run();
  return { samples, short: iterations < wanted };
}

/**
 * Samples until the calls are steady. Where they became faster (a step down in time order: compilers and caches were still
 * at work), the samples before the step were warm-up: they are dropped and taken again, while `now` is before `deadline`.
 * `take` makes up to that many samples. `dropped`: how many were.
 */
export async function sampleSteadily(
  take: (wanted: number) => Promise<Samples>,
  wanted: number,
  { now, deadline }: { readonly now: () => number; readonly deadline: number },
): Promise<Samples & { readonly dropped: number }> {
  let { samples, short } = await take(wanted);
  let dropped = 0;
  for (;;) {
    const step = stepIn(samples);
    if (step === undefined || step.ratio > 1) return { samples, short, dropped };
    samples = samples.slice(step.before);
    dropped += step.before;
    if (now() >= deadline) return { samples, short: true, dropped };
    const more = await take(wanted - samples.length);
    samples = [...samples, ...more.samples];
    short = more.short;
  }
}
