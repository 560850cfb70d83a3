import type { HostFacts } from '../../contract/job.ts';
import { CYCLE, isPoint } from '../../contract/phases.ts';
import type { ProcessMemory } from '../../record/process.ts';
import { readCudaMemory } from '../instruments/cuda.ts';

/** What a child knows of its own memory. */
export type ChildMemory = Pick<HostFacts, 'processes' | 'cycles'>;

const NONE = { baseline: null, opened: null, steady: null, closed: null, peak: null };

/** Reads this process's memory at the phases of a visit, and with `onCuda` what it holds of CUDA devices. */
export function ownMemory(onCuda: boolean): ChildMemory & { sample(phase: string): void } {
  const memory: ProcessMemory = { role: 'process', ...NONE };
  const cuda: ProcessMemory = { role: 'cuda', ...NONE };
  const rss: number[] = [];
  return {
    processes: onCuda ? [memory, cuda] : [memory],
    cycles: [{ role: 'process', rss }],
    sample(phase) {
      // Garbage is no leak.
      if (phase === CYCLE) globalThis.gc?.();
      if (isPoint(phase)) {
        memory[phase] = process.memoryUsage.rss();
        if (onCuda) {
          cuda[phase] = readCudaMemory(process.pid);
          cuda.peak = Math.max(cuda.peak ?? 0, cuda[phase] ?? 0) || null;
        }
      }
      if (phase === CYCLE) rss.push(process.memoryUsage.rss());
      if (phase === 'steady') memory.peak = process.resourceUsage().maxRSS * 1024;
    },
  };
}
