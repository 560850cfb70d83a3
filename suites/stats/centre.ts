import type { Estimate } from './moderated.ts';
import type { Interval } from './quantiles.ts';
import { studentP, studentQuantile } from './student.ts';

/** Minimum of rounds for an interval over rounds. */
export const MIN_ROUNDS = 3;

/** From this many rounds on, a quarter is trimmed at each end, so that slow rounds do not count. */
const TRIMMED_FROM = 5;

/** A trimmed mean, the square of its standard error, and the standard error's degrees of freedom. */
export type TrimmedMean = { readonly mean: number; readonly variance: number; readonly df: number };

/** A trimmed mean, how many values it keeps, and each value's winsorised deviation, in the given order. */
export type Trimmed = { readonly mean: number; readonly kept: number; readonly deviations: readonly number[] };

/** How many values are trimmed at each end. */
const trimmedAt = (count: number): number => (count < TRIMMED_FROM ? 0 : Math.floor(count / 4));

/** How many of so many values are not trimmed. */
export const keptOf = (count: number): number => count - 2 * trimmedAt(count);

/**
 * The mean without the lowest and highest quarter of the values. The others are moved to the ends of what is kept
 * (winsorised), and their deviations are from the mean of that (Tukey and McLaughlin 1963). Below 5 values nothing is
 * trimmed, and this is the plain mean.
 */
export function trim(values: readonly number[]): Trimmed {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const trimmed = trimmedAt(n);
  const kept = sorted.slice(trimmed, n - trimmed);
  const mean = kept.reduce((sum, value) => sum + value, 0) / kept.length;
  const [low = 0, high = 0] = [kept[0], kept.at(-1)];
  const winsorised = values.map((value) => Math.min(high, Math.max(low, value)));
  const middle = winsorised.reduce((sum, value) => sum + value, 0) / n;
  return { mean, kept: kept.length, deviations: winsorised.map((value) => value - middle) };
}

/** The trimmed mean, and its standard error from the winsorised variance. */
function centre(values: readonly number[]): TrimmedMean {
  const { mean, kept, deviations } = trim(values);
  const squares = deviations.reduce((sum, deviation) => sum + deviation ** 2, 0);
  return { mean, variance: squares / (kept * (kept - 1)), df: kept - 1 };
}

const interval = ({ mean, variance, df }: TrimmedMean, resolution: number): Interval => {
  const half = studentQuantile(0.05, df) * Math.sqrt(variance) + resolution;
  return [mean - half, mean + half];
};

/** The 95 % interval of a centre of logarithms, converted back to times or ratios. */
const around = (logarithms: TrimmedMean, resolution: number): Interval => {
  const [low, high] = interval(logarithms, resolution);
  return [Math.exp(low), Math.exp(high)];
};

const logs = (times: readonly number[]): number[] => times.map(Math.log);

/** Whether all times have a logarithm. A clock too coarse for a call reads 0. */
const positive = (times: readonly number[]): boolean => times.every((time) => time > 0);

/**
 * 95 % interval for the centre of round times (one per round: its median): Student's t on the trimmed mean of their
 * logarithms. It estimates the population's median of round medians; test/suites/coverage.slow.test.ts measures its
 * coverage. `resolution` is the clock resolution as a share of one round's time. Undefined below MIN_ROUNDS.
 */
export function centreInterval(times: readonly number[], resolution: number): Interval | undefined {
  if (times.length < MIN_ROUNDS || !positive(times)) return undefined;
  return around(centre(logs(times)), resolution);
}

/**
 * The same for differences, one per round, of either sign: Student's t on their trimmed mean. `resolution` is the clock
 * resolution in the differences' unit. Undefined below MIN_ROUNDS.
 */
export function differenceInterval(differences: readonly number[], resolution: number): Interval | undefined {
  if (differences.length < MIN_ROUNDS) return undefined;
  return interval(centre(differences), resolution);
}

/** The ratio of the head's times to the base's, with its interval and p-value. */
export type Ratio = {
  /** Head ÷ base. */
  readonly ratio: number;
  /** Its 95 % interval. */
  readonly interval: Interval;
  /** p-value: probability of a ratio at least as far from 1 if head and base were equal. */
  readonly p: number;
  /** How far its logarithm is from 0, beyond the clock resolution; the square of its standard error; its freedom. */
  readonly estimate: Estimate;
};

/** What a test of no difference needs, and its p-value. */
function tested({ mean, variance, df }: TrimmedMean, resolution: number): { p: number; estimate: Estimate } {
  const told = Math.max(0, Math.abs(mean) - resolution);
  return { p: told === 0 ? 1 : studentP(told / Math.sqrt(variance), df), estimate: { told, variance, df } };
}

/** The ratio whose logarithm is estimated. */
export function ratioOf(difference: TrimmedMean, resolution: number): Ratio {
  // A difference below the clock resolution counts as none.
  return {
    ratio: Math.exp(difference.mean),
    interval: around(difference, resolution),
    ...tested(difference, resolution),
  };
}

/**
 * Ratio of two interleaved versions, from pairs of round times. The drift that both halves of a pair share cancels.
 * Undefined below MIN_ROUNDS pairs.
 */
export function pairedRatio(pairs: readonly (readonly [base: number, head: number])[], resolution: number) {
  if (pairs.length < MIN_ROUNDS || !positive(pairs.flat())) return undefined;
  return ratioOf(centre(pairs.map(([base, head]) => Math.log(head / base))), resolution);
}

/**
 * Ratio of two separate runs, from their round times: the difference of trimmed means (Yuen 1974), with Welch's degrees
 * of freedom. Undefined where either has fewer than MIN_ROUNDS.
 */
export function unpairedRatio(base: readonly number[], head: readonly number[], resolution: number): Ratio | undefined {
  if (Math.min(base.length, head.length) < MIN_ROUNDS || !positive([...base, ...head])) return undefined;
  return ratioOf(between(centre(logs(base)), centre(logs(head))), resolution);
}

/** The difference of two independent means, b − a, with Welch's degrees of freedom. */
export function between(a: TrimmedMean, b: TrimmedMean): TrimmedMean {
  const variance = a.variance + b.variance;
  const df = variance === 0 ? a.df : variance ** 2 / (a.variance ** 2 / a.df + b.variance ** 2 / b.df);
  return { mean: b.mean - a.mean, variance, df };
}

/** The estimate of what has no error: it says nothing about the variance of others. */
export const NO_ESTIMATE: Estimate = { told: 0, variance: 0, df: 0 };

/** The ratio of a measurement to itself: no noise is between the two. */
export const ITSELF: Ratio = { ratio: 1, interval: [1, 1], p: 1, estimate: NO_ESTIMATE };

/** A difference in the unit of what is compared: head − base, with its interval and p-value. */
export type TimeDifference = {
  readonly difference: number;
  readonly interval: Interval;
  readonly p: number;
  readonly estimate: Estimate;
};

function differenceOf(difference: TrimmedMean, resolution: number): TimeDifference {
  return {
    difference: difference.mean,
    interval: interval(difference, resolution),
    ...tested(difference, resolution),
  };
}

/** As unpairedRatio and pairedRatio, for values of either sign: `resolution` is in their unit. */
export function unpairedDifference(base: readonly number[], head: readonly number[], resolution: number) {
  if (Math.min(base.length, head.length) < MIN_ROUNDS) return undefined;
  return differenceOf(between(centre(base), centre(head)), resolution);
}
export function pairedDifference(pairs: readonly (readonly [base: number, head: number])[], resolution: number) {
  if (pairs.length < MIN_ROUNDS) return undefined;
  return differenceOf(centre(pairs.map(([base, head]) => head - base)), resolution);
}

/**
 * Adjusted p-values, in the given order. If every comparison with an adjusted p of at most `q` is called a difference,
 * at most a share `q` of these is expected to be false (Benjamini and Hochberg 1995).
 */
export function adjusted(ps: readonly number[]): number[] {
  const order = ps.map((p, index) => ({ p, index })).sort((a, b) => b.p - a.p);
  const result = [...ps];
  let least = 1;
  order.forEach(({ p, index }, i) => {
    least = Math.min(least, (p * ps.length) / (ps.length - i));
    result[index] = least;
  });
  return result;
}
