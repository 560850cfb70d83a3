import { z } from 'zod';
import { milliseconds } from './units.ts';

/** Shaders and pipelines (WebGL: programs) that a page asked for, and how many of these asynchronously. */
export const compiledSchema = z.strictObject({
  shaders: z.number().int(),
  pipelines: z.number().int(),
  asynchronous: z.number().int(),
  /** While at least one asked for asynchronously was pending. */
  pending: milliseconds,
});
export type Compiled = z.infer<typeof compiledSchema>;
