import { z } from 'zod';
import { clockSchema, milliseconds } from '../record/units.ts';

export const latencySchema = z.strictObject({
  suite: z.literal('latency'),
  /** Milliseconds of one call, in time order. The clock stops when the output is on the host. */
  samples: z.array(milliseconds).min(1),
  /** Number of calls that a sample is the mean of. More than 1 where one call lasts less than 100 clock steps. */
  batch: z.number().int().positive(),
  clock: clockSchema,
  /** Untimed calls before the first sample. */
  warmup: z.number().int(),
  /** Whether the cell's budget ended sampling before the wanted number of samples. */
  short: z.boolean(),
  /** Multiply-adds of a call, and the minimum of bytes that it moves, from reference/analysis.ts. */
  work: z.strictObject({ macs: z.number().int(), bytes: z.number().int() }),
});
export type LatencyResult = z.infer<typeof latencySchema>;
