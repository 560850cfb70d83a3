import { z } from 'zod';
import { checkSchema } from '../record/check.ts';
import { settledSchema } from '../record/settled.ts';
import { differsSchema, milliseconds } from '../record/units.ts';

export const complianceSchema = z.strictObject({
  suite: z.literal('compliance'),
  /** Kind of the inputs: images of the data set, or seeded values. */
  inputs: z.enum(['images', 'seeded']),
  /** Milliseconds of a call in interleaved blocks: one repeated input, fresh inputs, and inputs of another seed. */
  blocks: z.array(z.strictObject({ same: milliseconds, fresh: milliseconds, other: milliseconds })).min(1),
  /** Number of blocks planned. Fewer ran where the budget ended. Absent in older files. */
  planned: z.number().int().optional(),
  /** Timed calls. Each answer was compared with the answer of an untimed call on the same input. */
  calls: z.number().int(),
  /**
   * `stale`: answers bit-identical to the untimed answer of another input. `varying`: answers bit-identical to no
   * untimed answer.
   */
  stale: z.number().int(),
  varying: z.number().int(),
  /** Timed answers with a NaN or an infinity, to inputs that have no truth; absent where there is none. */
  nonfinite: z.int().positive().optional(),
  /**
   * Where the inputs are images: how many were timed, how many are correct, and where classes differ from PyTorch's.
   * Otherwise null.
   */
  classified: z.strictObject({ images: z.number().int(), top1: z.number().int(), differs: differsSchema }).nullable(),
  /** What the run found out about an output beyond its limit; absent where all are within, or wrong by kind. */
  settled: settledSchema.optional(),
  /** Timed outputs against the truth, for inputs that have one. */
  checks: z.array(checkSchema),
});
export type ComplianceResult = z.infer<typeof complianceSchema>;
