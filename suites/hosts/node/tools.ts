import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import type { ByteRange } from '../../../reference/datasets/dataset.ts';
import type { Tools } from '../../contract/backend.ts';

/** A part of a file. Throws where the file ends before it does. */
async function readPart(path: string, { start, length }: ByteRange): Promise<Uint8Array<ArrayBuffer>> {
  const file = await open(path, 'r');
  try {
    const bytes = new Uint8Array(length);
    let got = 0;
    while (got < length) {
      const { bytesRead } = await file.read(bytes, got, length - got, start + got);
      if (bytesRead === 0) throw new Error(`${path} ends before byte ${start + length}`);
      got += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

/**
 * A child's tools. Runtimes write to standard error, which the parent has redirected to the file `log`, where it can be
 * read.
 */
export const nodeTools = (log: string, { phase, ...others }: Pick<Tools, 'phase' | 'part' | 'imageThread'>): Tools => ({
  ...others,
  now: () => performance.now(),
  phase,
  gpu: () => null,
  observed: () => null,
  adapter: async () => null,
  read: async (location, range) =>
    range === undefined ? new Uint8Array(await readFile(location)) : readPart(location, range),
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
