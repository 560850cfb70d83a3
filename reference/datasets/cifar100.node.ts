import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CACHE_FIX,
  cacheFolder,
  hashFile,
  lengthOf,
  type ObtainOptions,
  obtain,
} from '../weights/checkpoint-files.node.ts';
import { writeWhole } from '../write.node.ts';
import { CIFAR100, CIFAR100_FILES, type Cifar100Files } from './cifar100.ts';
import type { DataSetModule, FoundImages } from './dataset.ts';
import { DIGITS } from './image-reader.ts';
import { PACK, type Pack } from './pack.ts';
import { tarMember } from './tar.node.ts';
import { gunzipped } from './unpack.node.ts';

const SIZE = 32;
const PIXELS = 3 * SIZE * SIZE;
/** Bytes before an image's pixels: its coarse and its fine label. */
const LABELS = 2;
const NONE = { count: 0, first: [] } as const;

/** Describes the test set's file. The fine labels are scored. Throws where a label says that it is something else. */
function describe(bytes: Uint8Array, file: string): Pack {
  const stride = LABELS + PIXELS;
  const count = bytes.length / stride;
  if (count === 0 || !Number.isInteger(count))
    throw new Error(`${bytes.length} bytes are not a whole number of CIFAR-100 images of ${stride} bytes`);
  const whole = createHash('sha256');
  const digests = Array.from({ length: count }, (_, i) => {
    const pixels = bytes.subarray(i * stride + LABELS, (i + 1) * stride);
    whole.update(pixels);
    return createHash('sha256').update(pixels).digest('hex').slice(0, DIGITS);
  });
  const labels = Array.from({ length: count }, (_, i) => bytes[i * stride + 1] as number);
  const odd = labels.findIndex((label) => label >= CIFAR100.classes);
  if (odd >= 0) throw new Error(`image ${odd} has label ${labels[odd]}: this is not CIFAR-100's binary layout`);
  const layout = { pack: PACK, file, count, size: SIZE, offset: LABELS, stride, classes: CIFAR100.classes } as const;
  return { ...layout, labels, sha256: whole.digest('hex'), digests, skipped: NONE, duplicates: NONE };
}

/**
 * CIFAR-100's test images: from the cache, otherwise from its archive, which is looked for in the cache and in
 * RESNET_MIRROR, or downloaded. `files` replaces the real ones in tests. Throws as `obtain` does.
 */
export async function obtainCifar100(options: ObtainOptions & { readonly files: Cifar100Files }): Promise<FoundImages> {
  const { archive, member } = options.files;
  const path = join(cacheFolder(), member.name);
  if ((await lengthOf(path)) === undefined) {
    const found = await obtain(archive, options);
    await mkdir(cacheFolder(), { recursive: true });
    await writeWhole(path, await tarMember(gunzipped(found.path), member.path, member.bytes), CACHE_FIX);
    // The archive is six times as large as the test set.
    if (found.path === join(cacheFolder(), archive.name)) await rm(found.path);
  }
  const actual = await hashFile(path);
  if (actual !== member.sha256)
    throw new Error(`${path} has SHA-256 ${actual}, expected ${member.sha256}: delete it and run again`);
  const pack = describe(await readFile(path), member.name);
  const description = `${path}.json`;
  await writeWhole(description, JSON.stringify(pack), CACHE_FIX);
  return { path: description, images: pack.count, beside: [path] };
}

export const obtainImages: DataSetModule['obtainImages'] = ({ log }) => obtainCifar100({ log, files: CIFAR100_FILES });
