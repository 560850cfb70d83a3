import { z } from 'zod';
import { clockSchema, milliseconds } from '../record/units.ts';

export const latencySchema = z.strictObject({
  suite: z.literal('latency'),
  /** In time order, milliseconds of one call; the clock stops when the output is on the host. */
  samples: z.array(milliseconds).min(1),
  /** Calls that a sample is the mean of: more than 1 where one call lasts less than 100 ticks of the clock. */
  batch: z.number().int().positive(),
  clock: clockSchema,
  /** Untimed calls before the first sample. */
  warmup: z.number().int(),
  /** Whether the budget of the cell ended sampling before its wanted count. */
  short: z.boolean(),
  /** Multiply-adds of a call, and the least bytes that it moves: reference/analysis.ts. */
  work: z.strictObject({ macs: z.number().int(), bytes: z.number().int() }),
});
export type LatencyResult = z.infer<typeof latencySchema>;
