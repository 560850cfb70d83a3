import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE_FIX, cacheFolder, type ObtainOptions } from '../weights/checkpoint-files.node.ts';
import { cannotWrite, partOf } from '../write.node.ts';
import type { DataSetModule } from './dataset.ts';
import { hashShapeFiles, writeShapeFiles } from './shapes/files.node.ts';
import { SHAPES10_FILES, SHAPES10_FILES_SHA256 } from './shapes10-files.ts';
import { obtainSet } from './unpacked-set.node.ts';

/** The first test images, and the SHA-256 of their pixels. */
type Written = { readonly images: number; readonly sha256: string };

const WHOLE: Written = { images: SHAPES10_FILES.images, sha256: SHAPES10_FILES_SHA256 };

/** The file in the set's folder that holds the SHA-256 of the others, which is another one on each kind of machine. */
const HASH = 'sha256.txt';

/** Whether the cache holds the files as they were written. */
async function isCached(folder: string, { images }: Written, log: ObtainOptions['log']): Promise<boolean> {
  const noted = await readFile(join(folder, HASH), 'utf8').catch(() => undefined);
  if (noted === undefined) return false;
  if (noted === (await hashShapeFiles(folder, images).catch(() => undefined))) return true;
  log(`${folder} is damaged, so its images are written again`);
  return false;
}

/**
 * The folder of the test images as files, in a folder for each class, from the cache, otherwise written into it in half a
 * minute. `written` replaces the whole set in tests. Throws where this machine's files have other pixels than everywhere
 * else, and where the cache cannot be written.
 */
export async function shapeFolder({
  log,
  written = WHOLE,
}: ObtainOptions & { readonly written?: Written }): Promise<string> {
  const { images, sha256 } = written;
  // A changed set has another hash, and so another name.
  const folder = join(cacheFolder(), `${SHAPES10_FILES.id}-${sha256.slice(0, 8)}`);
  if (await isCached(folder, written, log)) return folder;
  log(`writing ${images} images of ${SHAPES10_FILES.title}`);
  const part = partOf(folder);
  try {
    await mkdir(cacheFolder(), { recursive: true });
    const hashes = await writeShapeFiles(part, images);
    if (hashes.pixels !== sha256)
      throw new Error(
        `sharp writes images of SHA-256 ${hashes.pixels} here, expected ${sha256}: install the version of sharp that package.json names`,
      );
    await writeFile(join(part, HASH), hashes.files);
    await rm(folder, { recursive: true, force: true });
    await rename(part, folder);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw (error as NodeJS.ErrnoException).syscall === undefined ? error : cannotWrite(folder, error, CACHE_FIX);
  }
  return folder;
}

export const obtainImages: DataSetModule['obtainImages'] = async (request) =>
  obtainSet(SHAPES10_FILES, { folder: await shapeFolder(request), labels: undefined }, request);
