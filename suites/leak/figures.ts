import { type Slope, theilSen } from '../stats/theil-sen.ts';
import type { LeakResult } from './schema.ts';

/**
 * Growth per cycle in bytes, above which a runtime leaks. `resident`: of a process, whose memory also moves by itself
 * (allocators, compiled code, garbage): half of the smallest leak that must be found, 1 MiB. `counted`: of what is
 * counted object by object, which stands still in a runtime that frees what it made.
 */
export const LEAK_BYTES = { resident: 512 * 1024, counted: 1024 } as const;

/**
 * One amount of memory over the cycles (a cycle creates, runs and closes a session): bytes after each cycle, their
 * slope in bytes per cycle, and above which slope it is a leak.
 */
export type Growth = {
  readonly what: string;
  readonly bytes: readonly number[];
  readonly slope: Slope | undefined;
  readonly allowed: number;
};

export type Leak = {
  readonly suite: 'leak';
  readonly cycles: number;
  readonly wanted: number;
  readonly growths: readonly Growth[];
};

/** The first cycles fill caches and pools and say nothing about a leak: they are left out of the slope. */
export const SETTLING = 10;

/** Whether an amount certainly grows by more than is allowed: the whole 95 % interval of its slope is above. */
export const isLeaking = ({ slope, allowed }: Growth): boolean => slope !== undefined && slope.interval[0] > allowed;

/** Whether the cycles do not tell whether an amount leaks: too few for a slope, or its interval holds what is allowed. */
export const isUndecided = ({ slope, allowed }: Growth): boolean =>
  slope === undefined || (slope.interval[0] <= allowed && slope.interval[1] > allowed);

/** By which multiple of what is allowed an amount grows; 0 where that is unknown. */
const severity = ({ slope, allowed }: Growth): number => (slope === undefined ? 0 : slope.slope / allowed);

/** The amount that grows most, measured by what it is allowed; undefined where none was read. */
export const steepest = ({ growths }: Leak): Growth | undefined =>
  [...growths].sort((a, b) => severity(b) - severity(a))[0];

/** The round with the most cycles. */
export function leak(results: readonly LeakResult[]): Leak | undefined {
  const cyclesOf = ({ processes, gpu, tensors }: LeakResult) =>
    Math.max(gpu.length, tensors.length, ...processes.map(({ rss }) => rss.length));
  const [most] = [...results].sort((a, b) => cyclesOf(b) - cyclesOf(a));
  if (most === undefined) return undefined;
  const growth = (what: string, bytes: readonly number[], allowed: number): Growth[] =>
    bytes.length === 0 ? [] : [{ what, bytes, slope: theilSen(bytes.slice(SETTLING)), allowed }];
  return {
    suite: 'leak',
    cycles: cyclesOf(most),
    wanted: most.wanted,
    growths: [
      ...most.processes.flatMap(({ role, rss }) =>
        growth(role === 'gpu' ? 'GPU process' : role, rss, LEAK_BYTES.resident),
      ),
      ...growth('GPU buffers and textures', most.gpu, LEAK_BYTES.counted),
      ...growth('tensors', most.tensors, LEAK_BYTES.counted),
    ],
  };
}
