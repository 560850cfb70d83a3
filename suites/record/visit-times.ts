import { z } from 'zod';
import { milliseconds } from './units.ts';

/** Maximum of phases that a record keeps of its visit; later ones are not recorded. */
export const MOST_PHASES = 2000;

/**
 * When a visit was made, by the clock of the process that runs the harness: a phase begins when that process hears of it.
 */
export const visitTimesSchema = z.strictObject({
  began: z.iso.datetime(),
  /** Milliseconds until its answer. */
  ms: milliseconds,
  /** Name and begin of each phase, in milliseconds since the visit began. */
  phases: z.array(z.tuple([z.string(), milliseconds])).max(MOST_PHASES),
});
export type VisitTimes = z.infer<typeof visitTimesSchema>;
