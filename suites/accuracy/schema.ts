import { z } from 'zod';
import { differsSchema } from '../record/units.ts';

export const accuracySchema = z.strictObject({
  suite: z.literal('accuracy'),
  dataset: z.string(),
  images: z.number().int(),
  /** Images of the data set at hand; fewer `images` means that the budget ended. */
  available: z.number().int(),
  top1: z.number().int(),
  top5: z.number().int(),
  /** Images whose predicted class differs from PyTorch's, where that is known. */
  differs: differsSchema.nullable(),
});
export type AccuracyResult = z.infer<typeof accuracySchema>;
