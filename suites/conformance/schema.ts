import { z } from 'zod';
import { checkSchema, logitsSchema } from '../record/check.ts';

export const conformanceSchema = z.strictObject({
  suite: z.literal('conformance'),
  checks: z.array(checkSchema),
  /** Why the stages' checks are missing; absent where they are not. */
  untapped: z.string().optional(),
  /** Output of the first call on the first input. Only in round 0, and only up to MAX_LOGITS values. */
  logits: logitsSchema.optional(),
});
export type ConformanceResult = z.infer<typeof conformanceSchema>;
