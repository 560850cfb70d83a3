import { maximum } from '../../reference/collect.ts';
import type { ProcessMemory } from '../record/process.ts';
import type { MemoryResult } from './schema.ts';

/** A process in the round where its peak was highest, in bytes; `growth` is its peak less its baseline. */
export type ProcessRow = ProcessMemory & { readonly growth: number | null };

export type Memory = {
  readonly suite: 'memory';
  readonly processes: readonly ProcessRow[];
  /** Sum of the processes' peaks: an upper limit, since they need not peak together. */
  readonly peak: number | null;
  /** The same sum in each round that tells it. */
  readonly peaks: readonly number[];
  readonly tensors: number | null;
  /** What the page's GPU libraries held after the last run, and at most. */
  readonly gpu: MemoryResult['gpu'];
  readonly model: number;
};

/** The larger of two amounts, where null is none. */
const larger = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.max(a, b));

/** Sum of the peaks that are told, or null. */
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
