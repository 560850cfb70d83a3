import { tensorBytes } from '../contract/abilities.ts';
import type { SharedVisit } from '../contract/run.ts';
import type { MeasuredMemory } from './schema.ts';

export const stage = 'steady';
export const phases = [];

/** What the runtime tells of its tensors and the page of its GPU libraries. */
export async function measure({ visit, tools, opened }: SharedVisit): Promise<MeasuredMemory> {
  return {
    suite: 'memory',
    tensors: tensorBytes(opened.session),
    gpu: tools.gpu(),
    model: visit.model?.bytes ?? 0,
  };
}
