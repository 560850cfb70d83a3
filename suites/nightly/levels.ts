import { median } from '../stats/quantiles.ts';
import type { Accepted } from './accepted.ts';
import { type Night, timeOf } from './night.ts';

/** The last nights that a fence is made from, and the fewest that judge a cell. */
export const WINDOW = 30;
export const FEWEST = 10;

/** A cell's time in a night: the natural logarithm of milliseconds, without what all cells of the night share. */
export type LevelPoint = {
  readonly night: number;
  readonly log: number;
  readonly place: string;
  /** What the gate called it, against the nights before. */
  readonly verdict: 'slower' | 'faster' | undefined;
  /** Whether it looked so, and the next nights were to confirm it. */
  readonly hasty: boolean;
  /** The night since which it was called so, and the ratio that was reported. */
  readonly since: number;
  readonly ratio: number;
};

/** The points of every cell of some nights, in the order of the nights. */
export type Series = ReadonlyMap<string, readonly LevelPoint[]>;

/** The nights in which a cell was ok and timed, as points of each cell. */
export function seriesOf(nights: readonly Night[]): Series {
  const series = new Map<string, LevelPoint[]>();
  for (const night of nights) {
    const found = new Map(night.judged?.found.map((one) => [one.id, one]));
    const hasty = new Set([...(night.judged?.faster ?? []), ...(night.judged?.suspected ?? [])]);
    for (const [id, cell] of Object.entries(night.cells)) {
      const ms = timeOf(cell);
      if (ms === undefined) continue;
      const { place } = cell;
      const { verdict, since = night.number, ratio } = found.get(id) ?? {};
      const called = verdict === 'slower' || verdict === 'faster' ? verdict : undefined;
      const point: LevelPoint = {
        night: night.number,
        log: Math.log(ms) - (night.judged?.shift ?? 0),
        place,
        verdict: called,
        hasty: hasty.has(id) && called === undefined,
        since: called === undefined ? night.number : since,
        ratio: ratio ?? 1,
      };
      const known = series.get(id);
      if (known === undefined) series.set(id, [point]);
      else known.push(point);
    }
  }
  return series;
}

/**
 * The nights at which a new level of a cell begins that is no news: an accepted change, or a gain that several nights in a
 * row showed.
 */
function breaksOf(points: readonly LevelPoint[], accepted: readonly Accepted[]): number[] {
  const gains = points.flatMap(({ verdict, since }) => (verdict === 'faster' ? [since] : []));
  return [...new Set([...gains, ...accepted.map(({ since }) => since)])].sort((a, b) => a - b);
}

/**
 * What tonight is compared with: the last WINDOW points at this place, as logarithms, the newest last. Nights that were
 * slower and are not accepted are left out, and the last nights that wait for confirmation. Nights before an accepted
 * change are moved to its new level.
 */
export function baselineOf(points: readonly LevelPoint[], place: string, accepted: readonly Accepted[]): number[] {
  const here = points.filter((point) => point.place === place);
  const slow = here.filter(
    ({ verdict, night }) =>
      verdict === 'slower' && !accepted.some(({ since, until }) => since <= night && night <= until),
  );
  const waiting = here.length - 1 - here.findLastIndex(({ hasty }) => !hasty);
  const levels = here
    .slice(0, here.length - waiting)
    .filter(({ night }) => !slow.some(({ since, night: last }) => since <= night && night <= last))
    .map(({ night, log }) => ({ night, log }));
  for (const from of breaksOf(here, accepted)) {
    const [before, after] = [levels.filter(({ night }) => night < from), levels.filter(({ night }) => night >= from)];
    if (before.length === 0 || after.length === 0) continue;
    const middle = (list: typeof levels) => median(list.map(({ log }) => log));
    const step = middle(after.slice(0, WINDOW)) - middle(before.slice(-WINDOW));
    for (const point of before) point.log += step;
  }
  return levels.slice(-WINDOW).map(({ log }) => log);
}
