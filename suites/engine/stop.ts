import { centreInterval, pairedRatio } from '../stats/centre.ts';
import { isWithin } from '../stats/quantiles.ts';
import type { RoundTime, Variant } from './history.ts';

/**
 * `within` is tested first after this many rounds, then every SETTLED_EVERY. Testing more often would stop at intervals
 * that are narrow by chance.
 */
export const SETTLED_FROM = 10;
const SETTLED_EVERY = 5;

/**
 * Whether the interval's relative half-width is at most `within`, tested at 10, 15, 20 … rounds. The interval is of the
 * time, or of the ratio where two versions are interleaved.
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
