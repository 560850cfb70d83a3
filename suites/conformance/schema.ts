import { z } from 'zod';
import { checkSchema, logitsSchema } from '../record/check.ts';
import { settledSchema } from '../record/settled.ts';

export const conformanceSchema = z.strictObject({
  suite: z.literal('conformance'),
  checks: z.array(checkSchema),
  /** Why the stages' checks are missing; absent where they are not. */
  untapped: z.string().optional(),
  /** Number of stale outputs, which are those of another input, bit for bit. Absent where there is none. */
  stale: z.int().positive().optional(),
  /** What the run found out about an output beyond its limit; absent where all are within, or wrong by kind. */
  settled: settledSchema.optional(),
  /** Output of the first call on the first input. Only in round 0, and only up to MAX_LOGITS values. */
  logits: logitsSchema.optional(),
});
export type ConformanceResult = z.infer<typeof conformanceSchema>;
