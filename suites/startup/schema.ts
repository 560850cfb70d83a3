import { z } from 'zod';
import { type Check, checkSchema } from '../record/check.ts';
import { compiledSchema } from '../record/compiled.ts';
import { bytes, milliseconds } from '../record/units.ts';

/** A start-up, part by part. */
const startSchema = z.strictObject({
  /** Importing the runtime's code. */
  module: milliseconds,
  /** Readying its device; null where the runtime does so while it creates the session. */
  device: milliseconds.nullable(),
  /** Fetching the model's files; null where nothing tells, as in Node: `session` holds it then. */
  read: milliseconds.nullable(),
  /** The rest of opening: parsing the model, compiling, placing the weights. */
  session: milliseconds,
  first: milliseconds,
  second: milliseconds,
  /** Bytes of the runtime's and the model's files by where they came from; null outside of a page. */
  bytes: z.strictObject({ network: bytes, cache: bytes }).nullable(),
});
export type Start = z.infer<typeof startSchema>;
export const startupSchema = z.strictObject({
  suite: z.literal('startup'),
  ...startSchema.shape,
  /** GPU code asked for in each part and after the second call; null outside of a page. */
  compiled: z
    .strictObject({ open: compiledSchema, first: compiledSchema, second: compiledSchema, later: compiledSchema })
    .nullable(),
  /** The same in a second page of the same browser, whose caches are warm, or why not; null outside of a browser. */
  warm: z
    .union([
      z.strictObject({ ...startSchema.shape, check: checkSchema.optional() }),
      z.strictObject({ reason: z.string() }),
    ])
    .nullable(),
});
export type StartupResult = z.infer<typeof startupSchema>;

/** What the first page, or a child, measures, and what a second page does. */
export type MeasuredStartup = Omit<StartupResult, 'warm'>;
export type SecondStart = Start & { readonly suite: 'startup'; readonly check?: Check };
