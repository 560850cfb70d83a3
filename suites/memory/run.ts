import { tensorBytes } from '../contract/abilities.ts';
import type { SharedSession } from '../contract/run.ts';
import type { MemoryResult } from './schema.ts';

export const stage = 'steady';
export const phases = [];

/** What the runtime tells of its tensors and the page of its GPU libraries; the host adds its processes. */
export async function measure({ visit, tools, opened }: SharedSession): Promise<MemoryResult> {
  return {
    suite: 'memory',
    processes: [],
    tensors: tensorBytes(opened.session),
    gpu: tools.gpu(),
    model: visit.modelBytes,
  };
}
