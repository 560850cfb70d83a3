import { centreInterval, keptOf, pairedRatio } from '../stats/centre.ts';
import { type Interval, isWithin } from '../stats/quantiles.ts';
import { speedsOf } from '../stats/steady.ts';
import { studentQuantile } from '../stats/student.ts';
import type { RoundTime, Variant } from './history.ts';

/** Fewest rounds after which a time can be known. */
export const SETTLED_FROM = 5;

/** In how many rounds in a row an interval must be narrow. */
const LOOKS = 3;

/**
 * The number of rounds, and the interval over them and over one and two fewer: of the time, or of the ratio where two
 * versions are interleaved.
 */
function latest(times: readonly RoundTime[]) {
  const of = (wanted: Variant) => times.filter(({ variant }) => variant === wanted);
  const others = new Map(of('b').map(({ round, time }) => [round, time]));
  const pairs = of('a').flatMap(({ round, time }) => {
    const other = others.get(round);
    return other === undefined ? [] : [[time, other] as const];
  });
  const alone = pairs.length === 0;
  const rounds = alone ? times.length : pairs.length;
  const first = (count: number): Interval | undefined =>
    alone
      ? centreInterval(
          times.slice(0, count).map(({ time }) => time),
          0,
        )
      : pairedRatio(pairs.slice(0, count), 0)?.interval;
  return { rounds, intervals: Array.from({ length: LOOKS }, (_, i) => first(rounds - i)) };
}

/** Spread of round times on an ordinary machine, and the number of rounds that it counts for in an estimate. */
const USUAL = { spread: 0.03, rounds: 3 };

/** Most rounds that are foreseen. */
const FORESEEN = 100;

/** Half-width of the interval over so many rounds, from 2 on, in spreads. Made once: a schedule asks all the time. */
const WIDTHS: readonly number[] = Array.from({ length: FORESEEN + 1 }, (_, rounds) => {
  const kept = keptOf(Math.max(2, rounds));
  return studentQuantile(0.05, kept - 1) / Math.sqrt(kept);
});
const halfWidth = (spread: number, rounds: number): number => spread * (WIDTHS[Math.min(rounds, FORESEEN)] as number);

/**
 * How many rounds an interval will probably need to be narrow. Three rounds say little about their spread: it is taken
 * together with the usual one.
 */
function foreseen([low, high]: Interval, rounds: number, within: number): number {
  const spread = Math.log(high / low) / 2 / halfWidth(1, rounds);
  const df = keptOf(rounds) - 1;
  const likely = Math.sqrt((df * spread ** 2 + USUAL.rounds * USUAL.spread ** 2) / (df + USUAL.rounds));
  let wanted = SETTLED_FROM;
  while (wanted < FORESEEN && halfWidth(likely, wanted) > within) wanted++;
  return wanted;
}

/** Fewest rounds after which two speeds are told, and of either. */
const SPEEDS_FROM = 8;
const EITHER = 3;

/** Whether the rounds of one version have two speeds, each of them known: more rounds would tell no more. */
function atTwoSpeeds(times: readonly RoundTime[], within: number): boolean {
  const alone = times.every(({ variant }) => variant === 'a');
  const speeds = alone && times.length >= SPEEDS_FROM ? speedsOf(times.map(({ time }) => time)) : undefined;
  return (
    speeds !== undefined &&
    [speeds.fast, speeds.slow].every((rounds) => {
      const interval = rounds.length < EITHER ? undefined : centreInterval(rounds, 0);
      return interval !== undefined && isWithin(interval, within);
    })
  );
}

/**
 * How many more rounds a time, or the ratio of two versions, probably needs until the relative half-width of its interval
 * is at most `within`; 0 where it is known, or has two speeds that are. It must be as narrow after three rounds in a row:
 * stopping at the first narrow interval would stop at those that are narrow by chance (test/suites/coverage.slow.test.ts
 * measures what that costs).
 */
export function roundsLeft(times: readonly RoundTime[], within: number): number {
  const { rounds, intervals } = latest(times);
  const wide = intervals.findIndex((one) => one === undefined || !isWithin(one, within));
  if ((rounds >= SETTLED_FROM && wide < 0) || atTwoSpeeds(times, within)) return 0;
  const least = Math.max(SETTLED_FROM - rounds, wide < 0 ? 1 : LOOKS - wide);
  const [now] = intervals;
  return now === undefined ? least : Math.max(least, foreseen(now, rounds, within) - rounds);
}
