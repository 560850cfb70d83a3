import { centreInterval, pairedRatio } from '../stats/centre.ts';
import { isWithin } from '../stats/quantiles.ts';
import type { RoundTime, Variant } from './history.ts';

/** Rounds from which, and between which, an asked precision is looked at: who looks often stops at lucky intervals. */
export const SETTLED_FROM = 10;
const SETTLED_EVERY = 5;

/**
 * Whether the interval of what a run is made for reaches at most `within` of it to either side, at 10, 15, 20 … rounds: of
 * the time, or of the ratio where two versions take turns.
 */
export function isPrecise(times: readonly RoundTime[], within: number): boolean {
  const of = (wanted: Variant) => times.filter(({ variant }) => variant === wanted);
  const others = new Map(of('b').map(({ round, time }) => [round, time]));
  const pairs = of('a').flatMap(({ round, time }) => {
    const other = others.get(round);
    return other === undefined ? [] : [[time, other] as const];
  });
  const alone = pairs.length === 0;
  const { length } = alone ? times : pairs;
  if (length < SETTLED_FROM || length % SETTLED_EVERY !== 0) return false;
  const interval = alone
    ? centreInterval(
        times.map(({ time }) => time),
        0,
      )
    : pairedRatio(pairs, 0)?.interval;
  return interval !== undefined && isWithin(interval, within);
}
