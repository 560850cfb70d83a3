import { z } from 'zod';
import { differsSchema } from '../record/units.ts';

export const accuracySchema = z.strictObject({
  suite: z.literal('accuracy'),
  dataset: z.string(),
  images: z.number().int(),
  /** Images that the data set has on this machine. `images` is less where the budget ended first. */
  available: z.number().int(),
  top1: z.number().int(),
  top5: z.number().int(),
  /** Images whose predicted class differs from PyTorch's; null where PyTorch's predictions are unknown. */
  differs: differsSchema.nullable(),
  /** Logits that are NaN or infinite; absent where there is none. */
  nonfinite: z.int().positive().optional(),
  /**
   * Where shards split the images: the parts, in order. Each is classified from its first image on, and `images` is less
   * than `planned` where the budget ended first. Absent where the whole set was planned.
   */
  parts: z
    .array(
      z.strictObject({
        first: z.int().nonnegative(),
        planned: z.int().nonnegative(),
        images: z.int().nonnegative(),
      }),
    )
    .min(1)
    .optional(),
});
export type AccuracyResult = z.infer<typeof accuracySchema>;
