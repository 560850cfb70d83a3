import { maximum, minimum } from '../../reference/collect.ts';
import { type ChangeFinding, changed } from '../contract/change.ts';
import { mebibytes } from '../stats/format.ts';
import { median } from '../stats/quantiles.ts';
import type { Memory } from './figures.ts';

/** Memory has changed where the peaks of the two runs do not overlap and the medians differ by this share and size. */
const MEMORY_SHARE = 0.05;
const MEMORY_BYTES = 4 * 2 ** 20;
const MEMORY_ROUNDS = 3;

/** Compares the processes' peaks over the rounds, in bytes. */
export function find(base: Memory | undefined, head: Memory | undefined): ChangeFinding {
  const [a, b] = [base?.peaks ?? [], head?.peaks ?? []];
  if (a.length === 0 || b.length === 0) return changed('unsure', '', 'the operating system does not report the peak');
  const [before, after] = [median(a), median(b)];
  const figures = `${mebibytes(before)} → ${mebibytes(after)} MiB`;
  const size = Math.abs(after - before);
  const differ = size > MEMORY_BYTES && size > MEMORY_SHARE * before;
  if (!differ) return changed('same', figures, '');
  if (Math.min(a.length, b.length) < MEMORY_ROUNDS)
    return changed('unsure', figures, `comparing memory needs ${MEMORY_ROUNDS} rounds or more (--rounds)`);
  if (minimum(b) > maximum(a)) return changed('more memory', figures, 'every round uses more');
  if (maximum(b) < minimum(a)) return changed('less memory', figures, 'every round uses less');
  return changed('unsure', figures, 'the rounds overlap: add rounds (--rounds)');
}
