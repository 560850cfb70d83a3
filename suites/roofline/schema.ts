import { z } from 'zod';
import { checkSchema } from '../record/check.ts';
import { milliseconds } from '../record/units.ts';

/** Milliseconds of interleaved calls of the shorter and the longer chain of kernels. */
const chains = { short: z.array(milliseconds).min(1), long: z.array(milliseconds).min(1) };

export const rooflineSchema = z.strictObject({
  suite: z.literal('roofline'),
  /**
   * `flops`: by how many operations the longer chain exceeds the shorter. `size`: side of the image in pixels. `kernel`:
   * side of the convolutions' kernel, 1 where it is missing, as in older files.
   */
  compute: z.strictObject({ flops: z.number().int(), size: z.number().int(), kernel: z.int().optional(), ...chains }),
  /** The same for bytes moved. `tensor`: bytes of each tensor. */
  memory: z.strictObject({ bytes: z.number().int(), tensor: z.number().int(), ...chains }),
  /** Outputs of the smallest chains, compared with the truth. */
  checks: z.array(checkSchema),
});
export type RooflineResult = z.infer<typeof rooflineSchema>;
