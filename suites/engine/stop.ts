import { centreInterval, pairedRatio } from '../stats/centre.ts';
import { type Interval, isWithin } from '../stats/quantiles.ts';
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

/**
 * How many more rounds a time, or the ratio of two versions, probably needs until the relative half-width of its interval
 * is at most `within`; 0 where it is known. It must be as narrow after three rounds in a row: stopping at the first narrow
 * interval would stop at those that are narrow by chance (test/suites/coverage.slow.test.ts measures what that costs).
 */
export function roundsLeft(times: readonly RoundTime[], within: number): number {
  const { rounds, intervals } = latest(times);
  const least = Math.max(1, SETTLED_FROM - rounds);
  const narrow = intervals.every((one) => one !== undefined && isWithin(one, within));
  if (rounds >= SETTLED_FROM && narrow) return 0;
  const [now] = intervals;
  if (now === undefined) return least;
  const [low, high] = now;
  // The width falls with the square root of the rounds.
  const excess = (Math.log(high / low) / Math.log((1 + within) / (1 - within))) ** 2;
  return Math.max(least, Math.ceil(rounds * (excess - 1)));
}
