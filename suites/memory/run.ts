import type { SharedSession } from '../contract/run.ts';
import type { MemoryResult } from './schema.ts';

export const stage = 'steady';
export const phases = [];

/** Tensor bytes from the runtime and GPU objects of the page. The host adds the processes' memory. */
export async function measure({ visit, tools, opened }: SharedSession): Promise<MemoryResult> {
  return {
    suite: 'memory',
    processes: [],
    tensors: opened.session.tensors(),
    gpu: tools.gpu(),
    model: visit.modelBytes,
  };
}
