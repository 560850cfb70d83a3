import { maximum } from '../../reference/collect.ts';
import type { ProcessMemory } from '../record/process.ts';
import type { MemoryResult } from './schema.ts';

/** A process in the round where its peak was highest, in bytes. `growth` is its peak minus its baseline. */
export type ProcessRow = ProcessMemory & { readonly growth: number | null };

/** What a backend's peak is, as every report says it. */
export const PEAK_MEANS =
  'sum of the peaks of its processes: an upper limit, since they share pages and need not peak at the same time';

export type Memory = {
  readonly suite: 'memory';
  readonly processes: readonly ProcessRow[];
  /** Sum of the processes' peaks: see PEAK_MEANS. */
  readonly peak: number | null;
  /** The same sum for each round that has peaks. */
  readonly peaks: readonly number[];
  readonly tensors: number | null;
  /** GPU objects of the page: after the last run, and at most. */
  readonly gpu: MemoryResult['gpu'];
  readonly model: number;
};

/** The larger of two amounts; null means unknown. */
const larger = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.max(a, b));

/** Sum of the known peaks, or null where none is known. */
function peakOf(processes: readonly ProcessMemory[]): number | null {
  const peaks = processes.flatMap(({ peak }) => peak ?? []);
  return peaks.length > 0 ? peaks.reduce((sum, peak) => sum + peak, 0) : null;
}

export function memory(results: readonly MemoryResult[]): Memory {
  const roles = new Map<ProcessMemory['role'], ProcessMemory>();
  for (const one of results.flatMap((result) => result.processes)) {
    const known = roles.get(one.role);
    if (known === undefined || (one.peak ?? 0) > (known.peak ?? 0)) roles.set(one.role, one);
  }
  const processes = [...roles.values()].map((one) => ({
    ...one,
    growth: one.peak === null || one.baseline === null ? null : one.peak - one.baseline,
  }));
  return {
    suite: 'memory',
    processes,
    peak: peakOf(processes),
    peaks: results.flatMap((result) => peakOf(result.processes) ?? []),
    tensors: results.map((one) => one.tensors).reduce(larger, null),
    gpu: results.map((one) => one.gpu).reduce((a, b) => ((b?.peak ?? -1) > (a?.peak ?? -1) ? b : a), null),
    model: maximum(results.map((one) => one.model)),
  };
}
