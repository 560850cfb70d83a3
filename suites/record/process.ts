import { z } from 'zod';
import { MOST_CYCLES } from './limits.ts';
import { bytes } from './units.ts';

/** Memory of one process in bytes; null where the operating system does not tell. */
export const processMemorySchema = z.strictObject({
  /** `cuda` is no process: what the child holds of CUDA devices, by nvidia-smi; its peak is the most at these points. */
  role: z.enum(['process', 'renderer', 'gpu', 'cuda']),
  /** Resident before the model was opened, after opening, after the last run, after closing, and the highest ever. */
  baseline: bytes.nullable(),
  opened: bytes.nullable(),
  steady: bytes.nullable(),
  closed: bytes.nullable(),
  peak: bytes.nullable(),
});
export type ProcessMemory = z.infer<typeof processMemorySchema>;

/** Bytes after each cycle of creating, running and closing a session. A slope takes time that grows with their square. */
export const cyclesSchema = z.array(bytes).max(MOST_CYCLES);

/** Resident bytes of one process after each cycle of creating, running and closing a session, in order. */
export const processCyclesSchema = z.strictObject({ role: z.enum(['process', 'renderer', 'gpu']), rss: cyclesSchema });
export type ProcessCycles = z.infer<typeof processCyclesSchema>;
