import { z } from 'zod';
import { checkSchema } from '../record/check.ts';
import { differsSchema, milliseconds } from '../record/units.ts';

export const complianceSchema = z.strictObject({
  suite: z.literal('compliance'),
  /** What the inputs are: images of the data set, or seeded ones. */
  inputs: z.enum(['images', 'seeded']),
  /** Milliseconds of a call in blocks that took turns: one input again and again, ever other ones, and ones of another seed. */
  blocks: z.array(z.strictObject({ same: milliseconds, fresh: milliseconds, other: milliseconds })).min(1),
  /** Timed calls whose answers were compared with that of an untimed call of the same input. */
  calls: z.number().int(),
  /** Answers that are bit for bit those of another input, and those that are no input's bits. */
  stale: z.number().int(),
  varying: z.number().int(),
  /** Where the inputs are images: of those timed, how many, and the classes that differ from PyTorch's. */
  classified: z.strictObject({ images: z.number().int(), top1: z.number().int(), differs: differsSchema }).nullable(),
  /** Timed outputs of inputs that have a truth. */
  checks: z.array(checkSchema),
});
export type ComplianceResult = z.infer<typeof complianceSchema>;
