import { tensorBytes } from '../contract/abilities.ts';
import type { SharedVisit } from '../contract/run.ts';
import type { MeasuredMemory } from './schema.ts';

export const stage = 'steady';
export const phases = [];

/** Tensor bytes from the runtime, and GPU objects of the page. The host adds the processes' memory. */
export async function measure({ visit, tools, opened }: SharedVisit): Promise<MeasuredMemory> {
  return {
    suite: 'memory',
    tensors: tensorBytes(opened.session),
    gpu: tools.gpu(),
    model: visit.model?.bytes ?? 0,
  };
}
