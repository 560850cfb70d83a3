import { z } from 'zod';

/** A change that somebody accepted as known. */
export const acceptedSchema = z.strictObject({
  id: z.string(),
  /** The nights in which it was reported: the first, and the last when it was accepted. */
  since: z.int().positive(),
  until: z.int().positive(),
  /** The status that is accepted; null for a change of times. */
  status: z.string().nullable(),
  reason: z.string(),
  at: z.iso.datetime(),
});
export type Accepted = z.infer<typeof acceptedSchema>;
