import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CACHE_FIX,
  cacheFolder,
  findInMirror,
  hashFile,
  lengthOf,
  notObtained,
  type ObtainOptions,
  obtain,
} from '../weights/checkpoint-files.node.ts';
import { writeWhole } from '../write.node.ts';
import { RECORD } from './binary.ts';
import { CIFAR10_FILES, type CifarFiles } from './cifar10.ts';
import type { DataSetModule } from './dataset.ts';
import { tarMember } from './tar.node.ts';
import { gunzipped } from './unpack.node.ts';

/** The file that holds an extracted test set's hash. Only the archive's hash is known in advance. */
const hashBeside = (path: string): string => `${path}.sha256`;

/** Extracts the test set from the verified archive into the cache, and writes its hash beside it. */
async function extract(archive: string, path: string, { member }: CifarFiles): Promise<void> {
  const images = await tarMember(gunzipped(archive), member.path, member.bytes);
  if (images.length !== member.bytes)
    throw new Error(`${member.path} in ${archive} has ${images.length} bytes, expected ${member.bytes}`);
  // The hash is written first. A test set without a hash is extracted again.
  await writeWhole(hashBeside(path), `${createHash('sha256').update(images).digest('hex')}\n`, CACHE_FIX);
  await writeWhole(path, images, CACHE_FIX);
}

/** The hash beside the test set, or undefined where there is none. */
async function notedHash(path: string): Promise<string | undefined> {
  if ((await lengthOf(hashBeside(path))) !== 65) return undefined;
  return (await readFile(hashBeside(path), 'utf8')).match(/^[0-9a-f]{64}(?=\n$)/)?.[0];
}

/**
 * Whether the cache holds the test set as it was extracted. All of it is checked against the hash beside it, and the
 * first 1,000 images against their own hash, which is known in advance. Throws where a hash differs.
 */
async function isCached(path: string, { member, first1000 }: CifarFiles, log: ObtainOptions['log']): Promise<boolean> {
  const length = await lengthOf(path);
  if (length === undefined) return false;
  const noted = await notedHash(path);
  if (noted === undefined) {
    log(`${path} has no SHA-256 beside it, so it is not used`);
    return false;
  }
  const fix = `delete ${path} and run again`;
  if (length !== member.bytes) throw new Error(`${path} has ${length} bytes, expected ${member.bytes}: ${fix}`);
  const actual = await hashFile(path);
  if (actual !== noted) throw new Error(`${path} has SHA-256 ${actual}, expected ${noted}: ${fix}`);
  const first = await hashFile(path, first1000.bytes);
  if (first !== first1000.sha256)
    throw new Error(
      `the first ${first1000.bytes} bytes of ${path} have SHA-256 ${first}, expected ${first1000.sha256}: ${fix}`,
    );
  return true;
}

/**
 * CIFAR-10's test images in their binary layout: all 10,000 from the cache, otherwise the first 1,000 from
 * RESNET_MIRROR (not copied), otherwise all, downloaded and extracted into the cache. `files` replaces the real ones in
 * tests. Throws as `obtain` does.
 */
export async function obtainCifar(
  options: ObtainOptions & { readonly files?: CifarFiles },
): Promise<{ path: string; images: number; source: 'cache' | 'mirror' | 'download' }> {
  const files = options.files ?? CIFAR10_FILES;
  const path = join(cacheFolder(), files.member.name);
  const images = files.member.bytes / RECORD;
  if (await isCached(path, files, options.log)) return { path, images, source: 'cache' };
  const mirrored = await findInMirror(files.first1000);
  if (mirrored !== undefined) return { path: mirrored, images: files.first1000.bytes / RECORD, source: 'mirror' };
  const archive = await obtain(files.archive, options).catch((error: Error & { reason?: string }) => {
    // A mirror is more likely to hold the subset than the archive.
    throw error.reason === undefined ? error : notObtained(error.reason, files.first1000);
  });
  await mkdir(cacheFolder(), { recursive: true });
  await extract(archive.path, path, files);
  // The archive is six times as large as the test set.
  if (archive.path === join(cacheFolder(), files.archive.name)) await rm(archive.path);
  return { path, images, source: 'download' };
}

export const obtainImages: DataSetModule['obtainImages'] = ({ log }) => obtainCifar({ log });
