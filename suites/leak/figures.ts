import { type Slope, theilSen } from '../stats/theil-sen.ts';
import type { LeakResult } from './schema.ts';

/**
 * One amount of memory over the cycles (a cycle creates, runs and closes a session): bytes after each cycle, and their
 * slope in bytes per cycle.
 */
export type Growth = { readonly what: string; readonly bytes: readonly number[]; readonly slope: Slope | undefined };

export type Leak = {
  readonly suite: 'leak';
  readonly cycles: number;
  readonly wanted: number;
  readonly growths: readonly Growth[];
};

/** The first cycles fill caches and pools and say nothing about a leak: they are left out of the slope. */
const SETTLING = 10;

/** The round with the most cycles. */
export function leak(results: readonly LeakResult[]): Leak | undefined {
  const cyclesOf = (one: LeakResult) => Math.max(0, ...one.processes.map(({ rss }) => rss.length));
  const [most] = [...results].sort((a, b) => cyclesOf(b) - cyclesOf(a));
  if (most === undefined) return undefined;
  const growth = (what: string, bytes: readonly number[]): Growth[] =>
    bytes.length === 0 ? [] : [{ what, bytes, slope: theilSen(bytes.slice(SETTLING)) }];
  return {
    suite: 'leak',
    cycles: cyclesOf(most),
    wanted: most.wanted,
    growths: [
      ...most.processes.flatMap(({ role, rss }) => growth(role === 'gpu' ? 'GPU process' : role, rss)),
      ...growth('GPU buffers and textures', most.gpu),
      ...growth('tensors', most.tensors),
    ],
  };
}
