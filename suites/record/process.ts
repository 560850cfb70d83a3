import { z } from 'zod';
import { MOST_CYCLES } from './limits.ts';
import { bytes } from './units.ts';

/** Memory of one process in bytes; null where the operating system does not report it. */
export const processMemorySchema = z.strictObject({
  /**
   * `cuda` is not a process: it is the child's memory on CUDA devices, from nvidia-smi. Its peak is the maximum at
   * these points.
   */
  role: z.enum(['process', 'renderer', 'gpu', 'cuda']),
  /**
   * Resident memory before the model was opened, after opening, after the last run, after closing, and the highest
   * ever.
   */
  baseline: bytes.nullable(),
  opened: bytes.nullable(),
  steady: bytes.nullable(),
  closed: bytes.nullable(),
  peak: bytes.nullable(),
});
export type ProcessMemory = z.infer<typeof processMemorySchema>;

/**
 * Bytes after each cycle of creating, running and closing a session. Bounded, since a slope takes time that grows with
 * the square of their number.
 */
export const cyclesSchema = z.array(bytes).max(MOST_CYCLES);

/** Resident bytes of one process after each cycle of creating, running and closing a session, in order. */
export const processCyclesSchema = z.strictObject({ role: z.enum(['process', 'renderer', 'gpu']), rss: cyclesSchema });
export type ProcessCycles = z.infer<typeof processCyclesSchema>;
