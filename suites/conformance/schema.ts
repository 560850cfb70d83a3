import { z } from 'zod';
import { checkSchema, logitsSchema } from '../record/check.ts';

export const conformanceSchema = z.strictObject({
  suite: z.literal('conformance'),
  checks: z.array(checkSchema),
  /** Why taps are missing, where they are. */
  untapped: z.string().optional(),
  /** Of the first input's first call; in round 0 only, and up to MAX_LOGITS values. */
  logits: logitsSchema.optional(),
});
export type ConformanceResult = z.infer<typeof conformanceSchema>;
