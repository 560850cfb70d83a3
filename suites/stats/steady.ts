import { median, quantile } from './quantiles.ts';
import { studentP } from './student.ts';

/** Why a figure is less certain than its interval says, and what to do about it, in one sentence. */
export type Warning = {
  readonly kind: 'warm-up' | 'slowing' | 'drift' | 'two speeds' | 'slow rounds' | 'spikes' | 'coarse clock';
  readonly text: string;
};

/** Steps below 5 % are not reported. */
const STEP = 1.05;

/** False-alarm rate of a step in one round, if its samples were independent. */
const ALPHA = 0.01;

/** Minimum of samples to look for a step, and of rounds to look for a drift or a slow round. */
const MIN_SAMPLES = 10;
const MIN_DRIFT = 6;
const MIN_OTHERS = 4;

/** Ranks from 1; equal values share their mean rank. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const result = values.map(() => 0);
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && order[end]?.value === order[start]?.value) end++;
    for (let i = start; i < end; i++) result[order[i]?.index ?? 0] = (start + 1 + end) / 2;
  }
  return result;
}

/**
 * Finds one step in samples in time order, by Pettitt's rank test (1979). Returns the number of samples before it, and
 * the median after it ÷ the median before it. Undefined where there is no step, or one below 5 %.
 */
export function stepIn(samples: readonly number[]): { readonly before: number; readonly ratio: number } | undefined {
  const n = samples.length;
  if (n < MIN_SAMPLES) return undefined;
  let [sum, largest, before] = [0, 0, 0];
  ranks(samples).forEach((rank, i) => {
    sum += 2 * rank - (n + 1);
    if (Math.abs(sum) > largest) [largest, before] = [Math.abs(sum), i + 1];
  });
  if (2 * Math.exp((-6 * largest ** 2) / (n ** 3 + n ** 2)) > ALPHA) return undefined;
  const ratio = median(samples.slice(before)) / median(samples.slice(0, before));
  return ratio > STEP || ratio < 1 / STEP ? { before, ratio } : undefined;
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/**
 * Reports a step that most rounds show in the same direction. A step in one round may be chance, since samples are
 * correlated.
 */
function steps(rounds: readonly (readonly number[])[]): Warning[] {
  const found = rounds.flatMap((samples) => stepIn(samples) ?? []);
  const down = found.filter(({ ratio }) => ratio < 1);
  const up = found.filter(({ ratio }) => ratio > 1);
  const most = (some: readonly unknown[]) => 2 * some.length > rounds.length;
  const typical = (some: typeof found, pick: (one: (typeof found)[number]) => number) => median(some.map(pick));
  if (most(down)) {
    const calls = Math.ceil(typical(down, (one) => one.before));
    const gain = percent(1 - typical(down, (one) => one.ratio));
    return [{ kind: 'warm-up', text: `calls got ${gain} faster after the first ${calls}: warm up longer (--warmup)` }];
  }
  if (!most(up)) return [];
  const loss = percent(typical(up, (one) => one.ratio) - 1);
  const text = `calls got ${loss} slower within rounds: look for throttling or a leak, or take fewer samples`;
  return [{ kind: 'slowing', text }];
}

/** Reports a trend of round medians in time order, by Spearman's rank correlation. */
function drift(medians: readonly number[]): Warning[] {
  const n = medians.length;
  if (n < MIN_DRIFT) return [];
  const squares = ranks(medians).reduce((sum, rank, i) => sum + (rank - i - 1) ** 2, 0);
  const rho = 1 - (6 * squares) / (n * (n * n - 1));
  const t = rho * Math.sqrt((n - 2) / Math.max(0, 1 - rho * rho));
  const third = Math.ceil(n / 3);
  const ratio = median(medians.slice(-third)) / median(medians.slice(0, third));
  if (studentP(t, n - 2) > ALPHA || (ratio < STEP && ratio > 1 / STEP)) return [];
  const change = `${percent(Math.abs(ratio - 1))} ${ratio > 1 ? 'slower' : 'faster'}`;
  return [
    {
      kind: 'drift',
      text: `later rounds were ${change}: let the machine cool down and stop other work, then run again`,
    },
  ];
}

/** Two speeds are this far apart, and this many times as far as the rounds of either are from each other. */
const APART = 1.25;
const TIGHT = 3;

/**
 * The round medians in two groups, as where a just-in-time compiler takes one of two ways in each process; undefined where
 * they are one group. No other work makes a round faster, so one fast round is enough, and at least two are slow.
 */
export function speedsOf(
  medians: readonly number[],
): { readonly fast: readonly number[]; readonly slow: readonly number[] } | undefined {
  if (medians.length < MIN_OTHERS) return undefined;
  const sorted = [...medians].sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((one, i) => one / (sorted[i] as number));
  const widest = Math.max(...gaps);
  const fast = sorted.slice(0, gaps.indexOf(widest) + 1);
  const slow = sorted.slice(fast.length);
  const spread = (some: readonly number[]) => Math.log((some.at(-1) as number) / (some[0] as number));
  const inside = Math.max(spread(fast), spread(slow));
  return slow.length < 2 || widest < APART || Math.log(widest) < TIGHT * inside ? undefined : { fast, slow };
}

function twoSpeeds(medians: readonly number[]): Warning[] {
  const speeds = speedsOf(medians);
  if (speeds === undefined) return [];
  const { fast, slow } = speeds;
  const ratio = (median(slow) / median(fast)).toFixed(1);
  const text = `two speeds: ${fast.length} of ${medians.length} rounds were ${ratio} times as fast as the rest, as where a compiler decides anew in each process; no single time is right for both`;
  return [{ kind: 'two speeds', text }];
}

/**
 * A round is slow if it is above the others by this many spreads (scaled median absolute deviations) and by this share.
 */
const FAR = 5;
const SLOW = 1.1;

function slowRounds(medians: readonly number[]): Warning[] {
  if (medians.length < MIN_OTHERS) return [];
  const middle = median(medians);
  const spread = 1.4826 * median(medians.map((one) => Math.abs(one - middle)));
  const slow = medians.filter((one) => one > middle + FAR * spread && one > SLOW * middle);
  if (slow.length === 0) return [];
  const worst = (Math.max(...slow) / middle).toFixed(1);
  const text = `${slow.length} of ${medians.length} rounds were up to ${worst} times as slow: other work was running; add rounds (--rounds)`;
  return [{ kind: 'slow rounds', text }];
}

/** Spikes are reported where more than this share of samples is beyond Tukey's outer fence. */
const SPIKY = 0.05;

function spikes(rounds: readonly (readonly number[])[]): Warning[] {
  const far = rounds.flatMap((samples) => {
    const [low, high] = [quantile(samples, 0.25), quantile(samples, 0.75)];
    const fence = Math.max(high + 3 * (high - low), high * STEP);
    return samples.filter((one) => one > fence);
  });
  const all = rounds.reduce((sum, samples) => sum + samples.length, 0);
  if (all < MIN_SAMPLES || far.length / all < SPIKY) return [];
  const text = `${percent(far.length / all)} of the samples are far above the rest: stop other work, or use p90 together with the median`;
  return [{ kind: 'spikes', text }];
}

/** The clock is too coarse where its resolution is above this share of the measured time. */
const COARSE = 0.02;

/**
 * Warnings about a cell's samples in milliseconds, rounds and samples in time order. `resolution` is the clock
 * resolution as a share of a sample's time.
 */
export function warningsOf(rounds: readonly (readonly number[])[], resolution: number): Warning[] {
  const medians = rounds.map(median);
  const coarse: Warning[] =
    resolution > COARSE
      ? [
          {
            kind: 'coarse clock',
            text: `the clock resolution is ${percent(Math.min(1, resolution))} of this time: use a larger batch`,
          },
        ]
      : [];
  const two = twoSpeeds(medians);
  const uneven = two.length > 0 ? two : slowRounds(medians);
  return [...steps(rounds), ...drift(medians), ...uneven, ...spikes(rounds), ...coarse];
}
