import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Tools } from '../../contract/backend.ts';

/**
 * A child's tools. Runtimes write to standard error, which the parent has redirected to the file `log`, where it can be
 * read.
 */
export const nodeTools = (log: string, phase: Tools['phase']): Tools => ({
  now: () => performance.now(),
  phase,
  gpu: () => null,
  observed: () => null,
  adapter: async () => null,
  read: async (location) => new Uint8Array(await readFile(location)),
  async capture(action) {
    const start = statSync(log).size;
    const value = await action();
    const bytes = Buffer.alloc(statSync(log).size - start);
    const file = openSync(log, 'r');
    readSync(file, bytes, 0, bytes.length, start);
    closeSync(file);
    return { value, log: bytes.toString('utf8') };
  },
});
