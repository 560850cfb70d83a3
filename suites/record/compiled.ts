import { z } from 'zod';
import { milliseconds } from './units.ts';

/** Shaders and pipelines (WebGL: programs) that a page created, and how many pipelines asynchronously. */
export const compiledSchema = z.strictObject({
  shaders: z.number().int(),
  pipelines: z.number().int(),
  asynchronous: z.number().int(),
  /** Milliseconds during which at least one asynchronous pipeline was pending. */
  pending: milliseconds,
});
export type Compiled = z.infer<typeof compiledSchema>;
