import { z } from 'zod';
import { checkSchema } from '../record/check.ts';

export const layersSchema = z.strictObject({
  suite: z.literal('layers'),
  /**
   * The layers that ran. The checks' `tensor` is the name of the layer's last node. The bound of `check` is the worst case;
   * that of `fit` is what right implementations do, absent in older files and where float32 overflows on the way.
   */
  layers: z.array(
    z.strictObject({
      ops: z.array(z.string()).min(1),
      input: z.array(z.number().int()),
      check: checkSchema,
      fit: checkSchema.optional(),
    }),
  ),
  /** The layers that the runtime refused, with its message. */
  refused: z.array(z.strictObject({ tensor: z.string(), ops: z.array(z.string()), reason: z.string() })),
  /** Number of layers in the network. Fewer were tried where the budget ended. */
  total: z.number().int(),
});
export type LayersResult = z.infer<typeof layersSchema>;
