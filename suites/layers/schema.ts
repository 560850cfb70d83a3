import { z } from 'zod';
import { checkSchema } from '../record/check.ts';

export const layersSchema = z.strictObject({
  suite: z.literal('layers'),
  /** The layers that ran. The check's `tensor` is the name of the layer's last node; its bound is the worst case. */
  layers: z.array(
    z.strictObject({ ops: z.array(z.string()).min(1), input: z.array(z.number().int()), check: checkSchema }),
  ),
  /** The layers that the runtime refused, with its message. */
  refused: z.array(z.strictObject({ tensor: z.string(), ops: z.array(z.string()), reason: z.string() })),
  /** Number of layers in the network. Fewer were tried where the budget ended. */
  total: z.number().int(),
});
export type LayersResult = z.infer<typeof layersSchema>;
