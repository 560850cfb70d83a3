import { findSuite, sessionOf } from '../suites.ts';
import type { Visited } from './history.ts';
import type { Group } from './runner.ts';

/** Calls in a visit that grow with the image, in second calls: warm-up, the fewest samples, and taps. */
const CALLS = 8;

/** How much longer a visit may take than the longest one yet on the same backend. */
const LONGER = 1.5;

/**
 * Predicts the seconds of a group's first visit. A large one takes what its twin at the common size took, and its calls
 * over again for every pixel more; any other at most LONGER than what its backend took for a smaller network.
 */
export function predictFrom(groups: readonly Group[]) {
  const twinOf = ({ row, cells: [cell] }: Group) =>
    groups.find(
      ({ large, row: other, cells: [twin] }) =>
        !large &&
        other.id === row.id &&
        twin?.model === cell?.model &&
        twin?.batch === cell?.batch &&
        sessionOf(twin?.suite ?? '') === sessionOf(cell?.suite ?? ''),
    );
  return (group: Group, visited: ReadonlyMap<string, Visited>): number | undefined => {
    if (!group.large) {
      const others = groups
        .filter(({ row }) => row.id === group.row.id)
        .flatMap(({ key }) => visited.get(key)?.seconds ?? []);
      return others.length === 0 ? undefined : LONGER * Math.max(...others);
    }
    const twin = twinOf(group);
    const visit = twin && visited.get(twin.key);
    if (twin === undefined || visit === undefined) return undefined;
    const results = [...visit.outcomes.values()].flatMap((one) => ('result' in one ? [one.result] : []));
    const [calls] = results.flatMap((one) => findSuite(one.suite)?.calls?.(one) ?? []);
    const growth = ((group.cells[0]?.size ?? 1) / (twin.cells[0]?.size ?? 1)) ** 2 - 1;
    // Without calls nothing worked, and it will not take long to see that again.
    return visit.seconds + (calls === undefined ? 0 : (growth * (calls.first + CALLS * calls.second)) / 1000);
  };
}
