import { z } from 'zod';
import { processMemorySchema } from '../record/process.ts';
import { bytes } from '../record/units.ts';

export const memorySchema = z.strictObject({
  suite: z.literal('memory'),
  processes: z.array(processMemorySchema).min(1),
  /** Bytes of tensors alive after the last run, as the runtime reports them; null where it does not. */
  tensors: bytes.nullable(),
  /** Bytes of WebGPU buffers and WebGPU and WebGL textures that the page holds, most that it held, and how many. */
  gpu: z.strictObject({ live: bytes, peak: bytes, objects: z.number().int() }).nullable(),
  model: bytes,
});
export type MemoryResult = z.infer<typeof memorySchema>;

/** What a child or page measures: its host knows the processes. */
export type MeasuredMemory = Omit<MemoryResult, 'processes'>;
