import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { pathKind } from '../path-kind.node.ts';
import { CACHE_FIX, cacheFolder, type ObtainOptions, obtain } from '../weights/checkpoint-files.node.ts';
import { cannotWrite, partOf } from '../write.node.ts';
import type { ImageArchive } from './archive.ts';
import { bytesText } from './pack-cache.node.ts';
import { tarFiles } from './tar.node.ts';

/** Bounds on an archive: two million files, of at most 64 MiB, 64 GiB in all. */
const BOUNDS = { files: 2e6, bytesEach: 2 ** 26, bytes: 2 ** 36 } as const;

/** The decompressed content of a .tar.gz file, as a stream. */
export async function* gunzipped(path: string): AsyncGenerator<Uint8Array> {
  const [file, gunzip] = [createReadStream(path), createGunzip()];
  file.on('error', (error) => gunzip.destroy(error));
  try {
    yield* file.pipe(gunzip) as AsyncIterable<Uint8Array>;
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}

async function unpack(archive: string, path: string, { folder, files }: ImageArchive): Promise<void> {
  const part = partOf(path);
  try {
    await rm(part, { recursive: true, force: true });
    await mkdir(part, { recursive: true });
    let count = 0;
    for await (const file of tarFiles(gunzipped(archive), folder, BOUNDS)) {
      const to = join(part, ...file.path.split('/'));
      await mkdir(dirname(to), { recursive: true });
      await writeFile(to, file.content);
      count++;
    }
    if (count !== files) throw new Error(`${archive} has ${count} files in ${folder}, expected ${files}`);
    await rename(part, path);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw (error as NodeJS.ErrnoException).syscall === undefined ? error : cannotWrite(path, error, CACHE_FIX);
  }
}

/**
 * The folder of a set's images: from the cache, otherwise from its archive, which is looked for in the cache and in
 * RESNET_MIRROR, or downloaded, and removed once it is unpacked. Throws as `obtain` does.
 */
export async function unpackedFolder(source: ImageArchive, options: ObtainOptions): Promise<string> {
  const { archive, name } = source;
  const path = join(cacheFolder(), name);
  if ((await pathKind(path)) === 'folder') return path;
  options.log(`${archive.name} has ${bytesText(archive.bytes)}, and is unpacked to ${path}`);
  const found = await obtain(archive, options);
  await unpack(found.path, path, source);
  if (found.path === join(cacheFolder(), archive.name)) await rm(found.path);
  return path;
}
