import { readFile, stat } from 'node:fs/promises';
import { getPriority, setPriority } from 'node:os';
import { decodeRgb } from './decode.node.ts';
import type { Resize } from './preprocessing.ts';
import { resizeCrop, toPlanes } from './resize-crop.ts';
import type { Rgb8 } from './rgb.ts';

/** One file to decode, and its number. */
export type DecodeJob = { readonly index: number; readonly path: string };

/** A decoded image, uint8 [3, height, width], or why there is none. */
export type Decoded =
  | { readonly index: number; readonly pixels: Uint8Array; readonly width: number; readonly height: number }
  | { readonly index: number; readonly error: string };

/** What a worker says: first that it can work. */
export type DecodeReply = Decoded | 'ready';

/** How images are resized: in one way, or in several, whose pixels follow each other; undefined: own size. */
export type DecodeWays = Resize | readonly Resize[] | undefined;

/** Bytes from which on a file is no image that anybody would score. */
const MOST_BYTES = 2 ** 28;

/** The content of a file. Throws where it is none, such as a folder, and where it is too large. */
async function contentOf(path: string): Promise<Uint8Array> {
  // Reading a named pipe would wait for a writer.
  const found = await stat(path);
  if (!found.isFile()) throw new Error('this is not a file');
  if (found.size > MOST_BYTES)
    throw new Error(`the file has ${found.size} bytes, over the ${MOST_BYTES} that are read`);
  return readFile(path);
}

/** An image resized in several ways of the same crop: [ways, 3, crop, crop]. */
function resizedBy(image: Rgb8, ways: readonly Resize[]): Uint8Array {
  const all = ways.map((way) => resizeCrop(image, way));
  const pixels = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const one of all) {
    pixels.set(one, at);
    at += one.length;
  }
  return pixels;
}

async function answer({ index, path }: DecodeJob, how: DecodeWays): Promise<Decoded> {
  try {
    const image = await decodeRgb(await contentOf(path));
    if (how === undefined) return { index, pixels: toPlanes(image), width: image.width, height: image.height };
    if ('crop' in how) return { index, pixels: resizeCrop(image, how), width: how.crop, height: how.crop };
    const crop = how[0]?.crop ?? 0;
    return { index, pixels: resizedBy(image, how), width: crop, height: crop };
  } catch (error) {
    return { index, error: error instanceof Error ? error.message : String(error) };
  }
}

/** How much lower than its parent's its priority is, and the lowest (setpriority(2)). */
const [LOWER, LOWEST] = [10, 19];

// Before the threads that decode start, which have the priority of their process.
try {
  setPriority(Math.min(LOWEST, getPriority() + LOWER));
} catch {
  // Only the order of work depends on it.
}
// The last argument, in JSON.
const how = (JSON.parse(process.argv[2] ?? 'null') ?? undefined) as DecodeWays;
process.on('message', async (job: DecodeJob) => {
  process.send?.(await answer(job, how));
});
// It ends with its parent, however that ends.
process.on('disconnect', () => process.exit(0));
const ready: DecodeReply = 'ready';
process.send?.(ready);
