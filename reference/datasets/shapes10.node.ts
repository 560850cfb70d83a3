import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { CACHE_FIX, cacheFolder, hashFile, lengthOf, type ObtainOptions } from '../weights/checkpoint-files.node.ts';
import { writeWhole } from '../write.node.ts';
import type { DataSetModule } from './dataset.ts';
import { renderSet } from './shapes/set.ts';
import { SHAPES10, SHAPES10_SHA256 } from './shapes10.ts';

/** The first test images, and the SHA-256 of their bytes. */
type Rendered = { readonly images: number; readonly sha256: string };

const WHOLE: Rendered = { images: SHAPES10.images, sha256: SHAPES10_SHA256 };

/** Whether the cache holds the right file. */
async function isCached(path: string, { sha256 }: Rendered, log: ObtainOptions['log']): Promise<boolean> {
  if ((await lengthOf(path)) === undefined) return false;
  if ((await hashFile(path)) === sha256) return true;
  log(`${path} is damaged, so it is rendered again`);
  return false;
}

/**
 * The test images in CIFAR's binary layout, from the cache, otherwise rendered into it in a few seconds. `rendered`
 * replaces the whole set in tests. Throws where this engine renders other bytes than every other one does, and where the
 * cache cannot be written.
 */
export async function obtainShapes(
  options: ObtainOptions & { readonly rendered?: Rendered },
): Promise<{ path: string; images: number }> {
  const { log, rendered = WHOLE } = options;
  const { images, sha256 } = rendered;
  // A changed set has another hash, and so another name.
  const path = join(cacheFolder(), `${SHAPES10.id}-${sha256.slice(0, 8)}.bin`);
  if (await isCached(path, rendered, log)) return { path, images };
  log(`rendering ${images} images of ${SHAPES10.title}`);
  const bytes = renderSet('test', 0, images);
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== sha256)
    throw new Error(
      `this engine renders images of SHA-256 ${actual}, expected ${sha256}: report it with your Node version`,
    );
  await writeWhole(path, bytes, CACHE_FIX);
  return { path, images };
}

export const obtainImages: DataSetModule['obtainImages'] = ({ log }) => obtainShapes({ log });
