import { type Change, type ChangeFinding, covers, finding } from '../contract/change.ts';
import { count, kibibytes } from '../stats/format.ts';
import type { Growth, Leak } from './figures.ts';

/** Compares the slopes of one amount: they differ where the 95 % intervals do not overlap, and by more than is allowed. */
function slopes(a: Growth, b: Growth): ChangeFinding[] {
  if (a.slope === undefined || b.slope === undefined) return [];
  const compared = {
    metric: `${a.what.toLowerCase().replaceAll(' ', '_')}_growth_bytes_per_cycle`,
    base: a.slope.slope,
    head: b.slope.slope,
    text: (bytes: number) => `${kibibytes(bytes)} KiB a cycle`,
  };
  if (Math.abs(b.slope.slope - a.slope.slope) <= a.allowed) return [];
  if (b.slope.interval[0] > a.slope.interval[1]) return [finding('leaks more', compared, a.what)];
  if (b.slope.interval[1] < a.slope.interval[0]) return [finding('leaks less', compared, a.what)];
  return [finding('unsure', compared, `${a.what}: the intervals overlap; run it again`)];
}

/** Leaks are compared across machines: counted objects do not depend on the machine, and resident memory hardly does. */
function find(a: Leak, b: Leak): ChangeFinding[] {
  const pairs = a.growths.flatMap((base) => {
    const head = b.growths.find(({ what }) => what === base.what);
    return head === undefined ? [] : slopes(base, head);
  });
  const cycles = { metric: 'leak_cycles', base: a.cycles, head: b.cycles, text: (n: number) => count(n, 'cycle') };
  return [...pairs, ...covers(cycles, Math.max(a.wanted, b.wanted), '')];
}

export const change: Change<Leak> = { unchanged: 'same growth of memory', anywhere: find };
