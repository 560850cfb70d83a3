import type { ChangeFinding, RoundTimes, TimeKind } from '../../suites/contract/change.ts';
import {
  adjusted,
  ITSELF,
  MIN_ROUNDS,
  NO_ESTIMATE,
  pairedDifference,
  pairedRatio,
  type Ratio,
  type TimeDifference,
  unpairedDifference,
  unpairedRatio,
} from '../../suites/stats/centre.ts';
import { number } from '../../suites/stats/format.ts';
import type { CellTimes } from '../../suites/stats/geometric-mean.ts';
import { moderatedPs } from '../../suites/stats/moderated.ts';
import { median } from '../../suites/stats/quantiles.ts';

/**
 * False discovery rate of the claims `slower` and `faster`, for each kind of times. The rates add up to 1 %: one in a
 * hundred comparisons of unchanged runs makes a false claim. The main times and the backends' means get most of it.
 */
export const FALSE_RATES: { readonly [kind in TimeKind | 'backend']: number } = {
  main: 0.004,
  backend: 0.004,
  tail: 0.001,
  part: 0.001,
};

/** Tails and parts are noisier than the main time: they must differ by this multiple of its threshold. */
const SECONDARY = 3;

/** A part matters where its change is at least this share of the main time. */
const LEAST_SHARE = 0.01;

/** A ratio of times with its p adjusted for all that were compared. */
export type AdjustedRatio = Ratio & { readonly adjusted: number };
export type AdjustedDifference = TimeDifference & { readonly adjusted: number };

/** A finding about a time, with its statistics. */
export type TimeFinding = ChangeFinding & {
  readonly kind: TimeKind;
  /** Relative difference that does not matter. */
  readonly threshold: number;
  readonly ratio?: AdjustedRatio;
  /** In milliseconds, of times of either sign. */
  readonly difference?: AdjustedDifference;
};

/** One time of a cell in both runs. */
export type TimeTest = {
  readonly metric: string;
  readonly kind: TimeKind;
  readonly times: CellTimes;
  /** Medians over the rounds, in milliseconds. */
  readonly base: number;
  readonly head: number;
  /** Undefined where there are too few rounds; a ratio also where a time is 0. */
  readonly ratio: Ratio | undefined;
  readonly difference: TimeDifference | undefined;
  /** Relative difference that does not matter. */
  readonly threshold: number;
  /** The same for a claim that it is slower or faster: a machine that moved by itself must be exceeded too. */
  readonly claimed: number;
  /** The main time of the base and the head, in milliseconds. */
  readonly whole: readonly [base: number, head: number];
};

/** How the times of a cell were measured in both runs. */
export type Measurement = {
  readonly paired: boolean;
  /** Whether both runs hold the same records of the cell. */
  readonly same: boolean;
  readonly threshold: number;
  /** By which factor, from 1 on, the control moved. */
  readonly drift: number;
  /** The numbers of the rounds, in the order of the times. */
  readonly rounds: { readonly base: readonly number[]; readonly head: readonly number[] };
};

const byRound = (times: RoundTimes['times'], rounds: readonly number[]): Map<number, number> =>
  new Map(times.flatMap((time, i) => (time === null ? [] : [[rounds[i] ?? i, time] as const])));

/** Times of rounds that both runs have. */
const pairsOf = ({ base, head }: CellTimes): (readonly [number, number])[] =>
  [...base].flatMap(([round, time]) => {
    const other = head.get(round);
    return other === undefined ? [] : [[time, other] as const];
  });

function ratioOf(times: CellTimes, paired: boolean): Ratio | undefined {
  const [base, head] = [[...times.base.values()], [...times.head.values()]];
  const ratio = paired ? pairedRatio(pairsOf(times), times.resolution) : unpairedRatio(base, head, times.resolution);
  return times.same && ratio !== undefined ? ITSELF : ratio;
}

function differenceOf(times: CellTimes, paired: boolean): TimeDifference | undefined {
  const [base, head] = [[...times.base.values()], [...times.head.values()]];
  const found = paired
    ? pairedDifference(pairsOf(times), times.resolution)
    : unpairedDifference(base, head, times.resolution);
  return times.same && found !== undefined ? { difference: 0, interval: [0, 0], p: 1, estimate: NO_ESTIMATE } : found;
}

/** The times that both runs of a cell have; the main ones come first, as suites list them. */
export function timeTests(
  a: readonly RoundTimes[],
  b: readonly RoundTimes[],
  { paired, same, threshold, drift, rounds }: Measurement,
): TimeTest[] {
  const tests: TimeTest[] = [];
  for (const { metric, kind, times: before, resolution, signed } of a) {
    const other = b.find((one) => one.metric === metric);
    if (other === undefined) continue;
    const times: CellTimes = {
      base: byRound(before, rounds.base),
      head: byRound(other.times, rounds.head),
      resolution: resolution + other.resolution,
      same,
    };
    if (times.base.size === 0 || times.head.size === 0) continue;
    const [base, head] = [median([...times.base.values()]), median([...times.head.values()])];
    const least = kind === 'main' ? threshold : SECONDARY * threshold;
    tests.push({
      ...{ metric, kind, times, base, head },
      ratio: signed ? undefined : ratioOf(times, paired),
      difference: signed ? differenceOf(times, paired) : undefined,
      threshold: least,
      claimed: (1 + least) * drift - 1,
      whole: [tests[0]?.base ?? base, tests[0]?.head ?? head],
    });
  }
  return tests;
}

/** `12.3 → 12.9 ms` */
const timesText = (base: number, head: number): string => `${number(base)} → ${number(head)} ms`;

/** The finding about a time, from its p adjusted for all that were compared. `rate`: its kind's of FALSE_RATES. */
export function timeFinding(test: TimeTest, ps: { p: number; adjusted: number }, rate: number): TimeFinding {
  const { metric, kind, base, head, threshold, claimed, ratio, difference, whole } = test;
  const figures = timesText(base, head);
  const found = (verdict: ChangeFinding['verdict'], detail: string): TimeFinding => ({
    ...{ verdict, metric, kind, threshold, base, head, figures, detail },
    ...(ratio === undefined ? {} : { ratio: { ...ratio, ...ps } }),
    ...(difference === undefined ? {} : { difference: { ...difference, ...ps } }),
  });
  const statistic = ratio ?? difference;
  if (statistic === undefined) return found('unsure', `fewer than ${MIN_ROUNDS} rounds: add rounds (--rounds)`);
  const [low, high] = statistic.interval;
  const none = ratio === undefined ? 0 : 1;
  const middle = ratio?.ratio ?? difference?.difference ?? 0;
  const beyond =
    (ratio === undefined
      ? Math.abs(middle) > claimed * Math.max(Math.abs(base), Math.abs(head))
      : Math.max(middle, 1 / middle) > 1 + claimed) &&
    (kind !== 'part' || Math.abs(head - base) >= LEAST_SHARE * Math.min(...whole));
  const apart = low > none || high < none;
  if (apart && beyond && ps.adjusted <= rate) return found(middle > none ? 'slower' : 'faster', '');
  const narrow =
    ratio === undefined
      ? Math.max(-low, high) <= LEAST_SHARE * Math.min(...whole)
      : low >= 1 / (1 + threshold) && high <= 1 + threshold;
  if (narrow) return found('same', '');
  if (apart && beyond) return found('unsure', 'may be chance among so many comparisons: add rounds (--rounds)');
  // Known well enough, and no further from the base than the machine itself.
  if (apart && claimed > threshold) return found('unsure', 'not told from the machine, as the control moved too');
  return found('unsure', 'the interval is too wide to tell: add rounds (--rounds)');
}

/** p-values that share variances: of ratios, and of differences, which have another unit. */
const ratioPs = (tests: readonly TimeTest[]) => {
  const own = tests.flatMap((test) => (test.ratio ? [{ test, estimate: test.ratio.estimate }] : []));
  const ps = moderatedPs(own.map(({ estimate }) => estimate));
  return own.map(({ test }, i) => [test, ps[i] ?? 1] as const);
};
const differencePs = (tests: readonly TimeTest[]) =>
  tests.flatMap((test) => (test.difference ? [[test, test.difference.p] as const] : []));

/**
 * The findings about all times of all cells, in their order. Within each kind, variances are moderated (moderatedPs)
 * and p is adjusted for the number of tests.
 */
export function timeFindings(tests: readonly TimeTest[]): TimeFinding[] {
  const kinds = (['main', 'tail', 'part'] as const).map((kind) => {
    const own = tests.filter((test) => test.kind === kind && (test.ratio ?? test.difference) !== undefined);
    const ps = [...ratioPs(own), ...differencePs(own)];
    const corrected = adjusted(ps.map(([, p]) => p));
    return ps.map(([test, p], i) => [test, { p, adjusted: corrected[i] ?? 1 }] as const);
  });
  const known = new Map(kinds.flat());
  return tests.map((test) => timeFinding(test, known.get(test) ?? { p: 1, adjusted: 1 }, FALSE_RATES[test.kind]));
}
