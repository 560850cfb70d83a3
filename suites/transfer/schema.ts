import { z } from 'zod';
import { checkSchema } from '../record/check.ts';
import { settledSchema } from '../record/settled.ts';
import { clockSchema, milliseconds } from '../record/units.ts';

export const transferSchema = z.strictObject({
  suite: z.literal('transfer'),
  /**
   * Milliseconds of one call, in time order. `host`: as in `latency`. `bound`: input and output on the device. `read`:
   * as `bound`, and read back.
   */
  host: z.array(milliseconds).min(1),
  bound: z.array(milliseconds).min(1),
  read: z.array(milliseconds).min(1),
  /** As in `latency`. `warmup` counts the untimed calls of each form. */
  batch: z.number().int().positive(),
  clock: clockSchema,
  warmup: z.number().int(),
  short: z.boolean(),
  /** Number of stale outputs, which are those of another input, bit for bit. Absent where there is none. */
  stale: z.number().int().positive().optional(),
  /** What the run found out about an output beyond its limit; absent where all are within, or wrong by kind. */
  settled: settledSchema.optional(),
  /** One check of the logits per form; `tensor` is the form's name. */
  checks: z.array(checkSchema).length(3),
});
export type TransferResult = z.infer<typeof transferSchema>;
