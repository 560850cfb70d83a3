import { z } from 'zod';
import { checkSchema } from '../record/check.ts';
import { clockSchema, milliseconds } from '../record/units.ts';

export const transferSchema = z.strictObject({
  suite: z.literal('transfer'),
  /** In time order, milliseconds of one call: as `latency`; input and output on the device; that, and read back. */
  host: z.array(milliseconds).min(1),
  bound: z.array(milliseconds).min(1),
  read: z.array(milliseconds).min(1),
  /** As in `latency`; untimed calls are of each form. */
  batch: z.number().int().positive(),
  clock: clockSchema,
  warmup: z.number().int(),
  short: z.boolean(),
  /** Of the logits of each form, whose name the tensor has. */
  checks: z.array(checkSchema).length(3),
});
export type TransferResult = z.infer<typeof transferSchema>;
