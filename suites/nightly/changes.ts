import { changePoints } from '../stats/e-divisive.ts';
import { median } from '../stats/quantiles.ts';
import { causesOf } from './causes.ts';
import { type LevelPoint, type Series, WINDOW } from './levels.ts';
import type { Night } from './night.ts';

/** Where a cell's times changed for good. */
export type LevelChange = {
  readonly id: string;
  /** The last night of the old level, and the first of the new one. */
  readonly before: number;
  readonly night: number;
  /** New ÷ old level. */
  readonly ratio: number;
  /** Versions and commits that changed between the two nights. */
  readonly causes: readonly string[];
};

/** Five nights make a level. With 999 permutations, the smallest p-value is 0.001. */
const HOW = { least: 5, permutations: 999, p: 0.001, seed: 1 };

/** The last points are enough: a year and a bit. */
const MOST = 400;

/** A run of points at one place. Times of two places are not compared. */
function segments(points: readonly LevelPoint[]): LevelPoint[][] {
  const parts: LevelPoint[][] = [];
  for (const point of points) {
    const last = parts.at(-1);
    if (last?.[0]?.place === point.place) last.push(point);
    else parts.push([point]);
  }
  return parts;
}

/**
 * The change points of a cell's history, by E-divisive means with a permutation test, of at least `threshold`. Needs
 * five nights on each side of a change.
 */
export function levelChanges(
  id: string,
  all: readonly LevelPoint[],
  nights: readonly Night[],
  threshold: number,
): LevelChange[] {
  return segments(all.slice(-MOST)).flatMap((points) => {
    const logs = points.map(({ log }) => log);
    const ends = [0, ...changePoints(logs, HOW), logs.length];
    return ends.slice(1, -1).flatMap((at, i): LevelChange[] => {
      const old = median(logs.slice(Math.max(ends[i] ?? 0, at - WINDOW), at));
      const step = median(logs.slice(at, Math.min(ends[i + 2] ?? at, at + WINDOW))) - old;
      const [before, night] = [points[at - 1]?.night ?? 0, points[at]?.night ?? 0];
      if (Math.abs(step) < Math.log1p(threshold)) return [];
      const [a, b] = [before, night].map((number) => nights.find((one) => one.number === number));
      return [{ id, before, night, ratio: Math.exp(step), causes: b === undefined ? [] : causesOf(a, b, id) }];
    });
  });
}

/** The change points of every cell, the latest first. */
export function allLevelChanges(series: Series, nights: readonly Night[], threshold: number): LevelChange[] {
  const found = [...series].flatMap(([id, points]) => levelChanges(id, points, nights, threshold));
  return found.sort((a, b) => b.night - a.night);
}
