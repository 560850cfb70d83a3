import { z } from 'zod';
import { cyclesSchema, processCyclesSchema } from '../record/process.ts';

export const leakSchema = z.strictObject({
  suite: z.literal('leak'),
  processes: z.array(processCyclesSchema),
  /** Bytes alive after each cycle, on the GPU and as the runtime counts its tensors; empty where nothing tells. */
  gpu: cyclesSchema,
  tensors: cyclesSchema,
  /** Cycles wanted: fewer mean that the budget ended. */
  wanted: z.number().int(),
});
export type LeakResult = z.infer<typeof leakSchema>;

/** What a child or page measures: its host knows the processes. */
export type MeasuredLeak = Omit<LeakResult, 'processes'>;
