import { z } from 'zod';
import { type Check, checkSchema } from '../record/check.ts';
import { compiledSchema } from '../record/compiled.ts';
import { bytes, milliseconds } from '../record/units.ts';

/** The parts of a start-up. */
const startSchema = z.strictObject({
  /** Importing the runtime's code. */
  module: milliseconds,
  /** Initialising the device. Null where the runtime does this while it creates the session. */
  device: milliseconds.nullable(),
  /** Fetching the model's files. Null where this is not reported, as in Node: `session` then includes it. */
  read: milliseconds.nullable(),
  /** The rest of opening: parsing the model, compiling, placing the weights. */
  session: milliseconds,
  first: milliseconds,
  second: milliseconds,
  /** Bytes of the runtime's and the model's files, from the network and from the cache. Null outside of a page. */
  bytes: z.strictObject({ network: bytes, cache: bytes }).nullable(),
});
export type Start = z.infer<typeof startSchema>;
export const startupSchema = z.strictObject({
  suite: z.literal('startup'),
  ...startSchema.shape,
  /** GPU code created in each phase; `later` is after the second call. Null outside of a page. */
  compiled: z
    .strictObject({ open: compiledSchema, first: compiledSchema, second: compiledSchema, later: compiledSchema })
    .nullable(),
  /**
   * A start-up in a second page of the same browser, with warm caches, or why there is none. Null outside of a browser.
   */
  warm: z
    .union([
      z.strictObject({
        ...startSchema.shape,
        check: checkSchema.optional(),
        /** Number of stale outputs, which are those of another input, bit for bit. Absent where there is none. */
        stale: z.int().positive().optional(),
      }),
      z.strictObject({ reason: z.string() }),
    ])
    .nullable(),
});
export type StartupResult = z.infer<typeof startupSchema>;

/** What the first page, or a child, measures, and what a second page does. */
export type MeasuredStartup = Omit<StartupResult, 'warm'>;
export type SecondStart = Start & { readonly suite: 'startup'; readonly check?: Check; readonly stale?: number };
