import { z } from 'zod';

/** Milliseconds of one call, or of one part of a visit. */
export const milliseconds = z.number().nonnegative();
export const bytes = z.number().nonnegative();

/**
 * The clock's smallest step (`step`) and the median of its steps (`granularity`), in milliseconds: contract/clock.ts.
 */
export const clockSchema = z.strictObject({ step: z.number().positive(), granularity: z.number().positive() });

/** Images whose predicted class differs from PyTorch's. */
export const differsSchema = z.array(
  z.strictObject({ image: z.number().int(), expected: z.number().int(), got: z.number().int() }),
);
export type Differs = z.infer<typeof differsSchema>;
