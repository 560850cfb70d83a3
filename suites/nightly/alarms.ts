import { fenceOf } from '../stats/fence.ts';
import { type Interval, wilson } from '../stats/quantiles.ts';
import { FEWEST, WINDOW } from './levels.ts';
import { isBeyond } from './look.ts';
import type { Night } from './night.ts';

/** How often the gate is wrong, by its negative control. */
export type Alarms = {
  /** Pairs of identical cells that were judged, and those of which the gate's tests said that they differ. */
  readonly pairs: number;
  readonly alarms: number;
  /** The 95 % interval of the share. */
  readonly interval: Interval;
  /** Cells that looked worse on a first look, and those of which nothing was left when they were run again. */
  readonly looked: number;
  readonly cleared: number;
};

const NO_SHIFT = { log: 0, scatter: 0, notice: undefined };

/**
 * The gate's own false-alarm rate on these nights. The two runs of a control cell are of the same thing, so the ratio of
 * their times is judged by the gate's tests against the ratios of the nights before: whatever is beyond them is a false
 * alarm, before anything is run again.
 */
export function alarmsOf(nights: readonly Night[], threshold: number): Alarms {
  const ratios = new Map<string, number[]>();
  let [pairs, alarms] = [0, 0];
  for (const night of nights)
    for (const { id, a, b } of night.pairs) {
      const before = ratios.get(id) ?? [];
      const log = Math.log(b / a);
      if (before.length >= FEWEST) {
        const earlier = before.slice(-WINDOW);
        const { centre, spread } = fenceOf(earlier);
        const one = { id, log: log - centre, earlier, centre, spread, resolution: 0, slow: undefined };
        pairs++;
        if (isBeyond(one, NO_SHIFT, threshold, [log - centre])) alarms++;
      }
      ratios.set(id, [...before, log]);
    }
  const judged = nights.flatMap((night) => night.judged ?? []);
  const cleared = judged.reduce((sum, one) => sum + one.cleared.length, 0);
  const stayed = judged.reduce((sum, one) => sum + one.suspected.length, 0);
  const reported = nights.flatMap(({ number, judged: one }) =>
    (one?.found ?? []).filter(({ verdict, since }) => ['slower', 'worse'].includes(verdict) && since === number),
  );
  return { pairs, alarms, interval: wilson(alarms, pairs), looked: cleared + stayed + reported.length, cleared };
}
