import { findBackend } from '../backends/backends.ts';
import type { Night } from './night.ts';

/** Parts of an environment that may change times and are no machine. `packages` and `browser` are told apart below. */
const SOFTWARE = ['os', 'node'];

const NONE = 'none';

/** Versions of packages by name, from `name version, name version`. */
const versionsOf = (text: string): Map<string, string> =>
  new Map(
    text.split(', ').map((entry) => [entry.slice(0, entry.lastIndexOf(' ')), entry.slice(entry.lastIndexOf(' ') + 1)]),
  );

/** `a → b` for each of these names whose values differ. */
function differing(
  names: readonly string[],
  before: (name: string) => string,
  after: (name: string) => string,
): string[] {
  return names.flatMap((name) => (before(name) === after(name) ? [] : [`${name} ${before(name)} → ${after(name)}`]));
}

/**
 * What changed from one night to the next that may be the cause of a change in this cell: versions of its runtime's
 * packages, of the browser where it runs in one, of Node and the system, and this project's commit. An empty `id` asks
 * for all packages.
 */
export function causesOf(before: Night | undefined, after: Night, id: string): string[] {
  if (before === undefined) return [];
  const backend = findBackend(id.split(':')[5] ?? '');
  const [old, now] = [before, after].map(({ parts }) => versionsOf(parts.packages ?? ''));
  const all = [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])];
  const own = backend === undefined ? all : all.filter((name) => backend.packages.includes(name));
  const parts = backend?.host === 'node' ? SOFTWARE : [...SOFTWARE, 'browser'];
  return [
    ...differing(
      own,
      (name) => old?.get(name) ?? NONE,
      (name) => now?.get(name) ?? NONE,
    ),
    ...differing(
      parts,
      (part) => before.parts[part] ?? NONE,
      (part) => after.parts[part] ?? NONE,
    ),
    ...differing(
      ['commit'],
      () => before.commit ?? 'unknown',
      () => after.commit ?? 'unknown',
    ),
  ];
}
