import { z } from 'zod';
import { checkSchema } from '../record/check.ts';

export const layersSchema = z.strictObject({
  suite: z.literal('layers'),
  /** Each layer that ran: its last node's name is the check's tensor, its bound rigorous. */
  layers: z.array(
    z.strictObject({ ops: z.array(z.string()).min(1), input: z.array(z.number().int()), check: checkSchema }),
  ),
  /** Each layer that the runtime would not run, and what it said. */
  refused: z.array(z.strictObject({ tensor: z.string(), ops: z.array(z.string()), reason: z.string() })),
  /** Layers that the network has; fewer were tried where the budget ended. */
  total: z.number().int(),
});
export type LayersResult = z.infer<typeof layersSchema>;
