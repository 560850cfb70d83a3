import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { packageRoot } from '../package-root.node.ts';
import { download, expected, fits, lengthOf, type ObtainOptions, unavailable } from './download.node.ts';
import type { RemoteFile } from './remote-file.ts';

export { lengthOf, notObtained, type ObtainOptions } from './download.node.ts';
export type { RemoteFile } from './remote-file.ts';

/** The cache folder, by the convention of each system. */
export function cacheFolderOf(
  env: { readonly [name: string]: string | undefined },
  platform: string,
  home: string,
): string {
  if (env.RESNET_CACHE) return resolve(env.RESNET_CACHE);
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'resnet-bench');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'resnet-bench');
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'resnet-bench');
}

/** The cache folder for downloads: RESNET_CACHE, otherwise the user's cache folder. */
export function cacheFolder(): string {
  return cacheFolderOf(process.env, process.platform, homedir());
}

/** What to do where that folder cannot be written. */
export const CACHE_FIX = 'or set RESNET_CACHE to another folder';

/** SHA-256 of a file, or of its first `length` bytes, in hexadecimal. */
export async function hashFile(path: string, length = Number.POSITIVE_INFINITY): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { end: length - 1 })) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

type Found = { readonly path: string; readonly sha256: string };
type Hashed = { readonly sha256: string };

async function verified(path: string, file: Hashed, fix: string): Promise<Found | undefined> {
  if ((await lengthOf(path)) === undefined) return undefined;
  const sha256 = await hashFile(path);
  if (!fits(sha256, file)) throw new Error(`${path} has SHA-256 ${sha256}, expected ${expected(file)}: ${fix}`);
  return { path, sha256 };
}

async function mirrored(file: Hashed & { readonly mirror: string }): Promise<Found | undefined> {
  const folder = process.env.RESNET_MIRROR;
  if (!folder) return undefined;
  return verified(resolve(folder, file.mirror), file, 'replace it, or unset RESNET_MIRROR');
}

/** A file's path in the folder RESNET_MIRROR, or undefined. Throws where it is not the right file. */
export async function findInMirror(file: Hashed & { readonly mirror: string }): Promise<string | undefined> {
  return (await mirrored(file))?.path;
}

/**
 * A file that ships, or one in the cache, otherwise in RESNET_MIRROR, or undefined. Throws where the first one found is
 * another file.
 */
export async function findHere(file: RemoteFile): Promise<Found | undefined> {
  if (file.shipped !== undefined)
    return verified(join(packageRoot(), 'reference', file.shipped), file, 'install this package again');
  const path = join(cacheFolder(), file.name);
  return (await verified(path, file, `delete ${path} and run again`)) ?? (await mirrored(file));
}

/**
 * A file with the right SHA-256, as far as that is known: from this package where it ships, otherwise from the cache,
 * otherwise from RESNET_MIRROR (not copied), otherwise downloaded into the cache. Returns the full `sha256`. Throws an
 * error with a `fix` where the file cannot be obtained now, and one without where a copy of it is damaged.
 */
export async function obtain(file: RemoteFile, options: ObtainOptions): Promise<{ path: string; sha256: string }> {
  const { name, url } = file;
  const path = join(cacheFolder(), name);
  const found = await findHere(file);
  if (found !== undefined) return found;
  if (file.shipped !== undefined) throw new Error(`reference/${file.shipped} is missing: install this package again`);
  if (url === undefined)
    throw unavailable(`${name} has no public address`, `set RESNET_MIRROR to a folder that holds ${file.mirror}`);
  await mkdir(cacheFolder(), { recursive: true });
  const sha256 = await download({ ...file, url }, path, options);
  if (file.sha256.length < sha256.length)
    options.log(
      `${name} is checked by the first ${file.sha256.length} digits of its SHA-256, since no more are published: ${sha256}`,
    );
  return { path, sha256 };
}
