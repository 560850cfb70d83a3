import type { Visited } from './history.ts';
import type { Group } from './runner.ts';

/** A visit is predicted to take at most this many times the longest one so far on the same backend. */
const LONGER = 1.5;

/** Predicts the seconds of a group's first visit: at most LONGER times what its backend took for a smaller network. */
export function predictFrom(groups: readonly Group[]) {
  return (group: Group, visited: ReadonlyMap<string, Visited>): number | undefined => {
    const others = groups
      .filter(({ row }) => row.id === group.row.id)
      .flatMap(({ key }) => visited.get(key)?.seconds ?? []);
    return others.length === 0 ? undefined : LONGER * Math.max(...others);
  };
}
