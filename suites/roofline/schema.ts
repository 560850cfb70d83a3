import { z } from 'zod';
import { checkSchema } from '../record/check.ts';
import { milliseconds } from '../record/units.ts';

/** Milliseconds of calls of the shorter and the longer chain of kernels, in turns. */
const chains = { short: z.array(milliseconds).min(1), long: z.array(milliseconds).min(1) };

export const rooflineSchema = z.strictObject({
  suite: z.literal('roofline'),
  /** By how many operations a longer chain exceeds a shorter one; the side of the image. */
  compute: z.strictObject({ flops: z.number().int(), size: z.number().int(), ...chains }),
  /** The same of bytes moved; `tensor` is how many each tensor has. */
  memory: z.strictObject({ bytes: z.number().int(), tensor: z.number().int(), ...chains }),
  /** Outputs of the smallest chains against the truth. */
  checks: z.array(checkSchema),
});
export type RooflineResult = z.infer<typeof rooflineSchema>;
