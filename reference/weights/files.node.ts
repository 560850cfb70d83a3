import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RemoteFile } from './table.ts';

export type { RemoteFile } from './table.ts';

export type ObtainOptions = {
  readonly log: (line: string) => void;
  /** Milliseconds without a byte after which a download is given up; a minute unless told. */
  readonly idle?: number;
};

const IDLE = 60_000;

/** Where downloads are kept, by the custom of each system. */
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

/** Where downloads are kept: RESNET_CACHE, or else the user's cache folder. */
export function cacheFolder(): string {
  return cacheFolderOf(process.env, process.platform, homedir());
}

/** SHA-256 of a file, or of its first `length` bytes, in hexadecimal. */
export async function hashFile(path: string, length = Number.POSITIVE_INFINITY): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { end: length - 1 })) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/** Length of a file in bytes, or undefined where there is none. */
export async function lengthOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? found.size : undefined;
}

async function verified(path: string, sha256: string, fix: string): Promise<string | undefined> {
  if ((await lengthOf(path)) === undefined) return undefined;
  const actual = await hashFile(path);
  if (actual !== sha256) throw new Error(`${path} has SHA-256 ${actual}, expected ${sha256}: ${fix}`);
  return path;
}

/** A file's path in the folder that RESNET_MIRROR names, or undefined. Throws where it is not the right file. */
export async function findInMirror(file: { mirror: string; sha256: string }): Promise<string | undefined> {
  const folder = process.env.RESNET_MIRROR;
  if (!folder) return undefined;
  return verified(resolve(folder, file.mirror), file.sha256, 'replace it, or unset RESNET_MIRROR');
}

/** An error for a file that is not to be had now: `reason` and `fix` apart, and both in the message. */
export function notObtained(reason: string, { mirror }: { mirror: string }): Error {
  const fix = `connect to the network, or set RESNET_MIRROR to a folder that holds ${mirror}`;
  return Object.assign(new Error(`${reason}; ${fix}`), { reason, fix });
}

/** The innermost message, since fetch says only "fetch failed". */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause) return causeOf(error.cause);
  const { code } = error as NodeJS.ErrnoException;
  return error.message || code || error.name;
}

/** Chunks of a response, each within `idle` milliseconds of the one before. Throws on any failure of the network. */
async function* chunks(url: string, idle: number): AsyncGenerator<Uint8Array> {
  const controller = new AbortController();
  const giveUp = () => controller.abort(new Error(`nothing came for ${idle / 1000} s`));
  let timer = setTimeout(giveUp, idle);
  try {
    // Compression on the way would hide the file's own bytes from the count.
    const headers = { 'accept-encoding': 'identity' };
    const response = await fetch(url, { signal: controller.signal, headers });
    if (!response.ok || response.body === null) throw new Error(`the server answers ${response.status}`);
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(giveUp, idle);
      yield value;
    }
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

/** Passes an error of the network on as one that tells the fix. */
async function* orNotObtained(file: RemoteFile, source: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    throw notObtained(`${file.name} cannot be fetched from ${file.url}: ${causeOf(error)}`, file);
  }
}

async function download(file: RemoteFile, path: string, { log, idle = IDLE }: ObtainOptions): Promise<void> {
  log(`fetching ${file.name} (${(file.bytes / 1e6).toFixed(1)} MB) from ${file.url}`);
  // The process's number keeps two runs from writing one file.
  const part = `${path}.${process.pid}.part`;
  const hash = createHash('sha256');
  let length = 0;
  try {
    const handle = await open(part, 'w');
    try {
      for await (const chunk of orNotObtained(file, chunks(file.url, idle))) {
        length += chunk.length;
        if (length > file.bytes)
          throw new Error(`${file.name} from ${file.url} is longer than the ${file.bytes} bytes expected`);
        hash.update(chunk);
        await handle.writeFile(chunk);
      }
    } finally {
      await handle.close();
    }
    if (length !== file.bytes)
      throw new Error(`${file.name} from ${file.url} has ${length} bytes, expected ${file.bytes}`);
    const actual = hash.digest('hex');
    if (actual !== file.sha256)
      throw new Error(`${file.name} from ${file.url} has SHA-256 ${actual}, expected ${file.sha256}`);
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
}

/**
 * The path of a file whose SHA-256 is right: in the cache, or in place in RESNET_MIRROR, or else downloaded into the
 * cache. Throws an error with a `fix` where it is not to be had now, and one without where some copy of it is damaged.
 */
export async function obtain(file: RemoteFile, options: ObtainOptions): Promise<{ path: string }> {
  const path = join(cacheFolder(), file.name);
  const found = (await verified(path, file.sha256, `delete ${path} and run again`)) ?? (await findInMirror(file));
  if (found !== undefined) return { path: found };
  await mkdir(cacheFolder(), { recursive: true });
  await download(file, path, options);
  return { path };
}
