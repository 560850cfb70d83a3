import { constants } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';

/** What a page may read: folders by URL prefix, which ends in a slash, and files by URL. */
export type Mounts = { readonly [url: string]: string };

/** The file that a URL names, and the mount that it must be in: the file itself, or a folder. */
export type Mounted = { readonly file: string; readonly root: string };

/** A URL's decoded path, such as `/bundle/page.js`; undefined where it is malformed or not normalised. */
export function pathOf(url: string): string | undefined {
  const [encoded = ''] = url.split('?', 1);
  if (encoded === '/') return encoded;
  try {
    const [first, ...parts] = encoded.split('/').map(decodeURIComponent);
    const plain = parts.every((part) => !['', '.', '..'].includes(part) && !part.includes('/') && !part.includes('\0'));
    return first === '' && plain && parts.length > 0 ? `/${parts.join('/')}` : undefined;
  } catch {
    return undefined;
  }
}

/** The file that a path from `pathOf` names; undefined where nothing is mounted there. */
export function mountedAt(mounts: Mounts, path: string): Mounted | undefined {
  // A run may have a mount for each of many images.
  const single = Object.hasOwn(mounts, path) ? mounts[path] : undefined;
  if (single !== undefined) return { file: single, root: single };
  const folder = Object.entries(mounts).find(([url]) => url.endsWith('/') && path.startsWith(url));
  // A backslash is a path separator on Windows.
  if (folder === undefined || path.includes('\\')) return undefined;
  const [url, root] = folder;
  return { file: join(root, path.slice(url.length)), root };
}

function isInside(root: string, file: string): boolean {
  const way = relative(root, file);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Whether an open file is a regular file in the mount. The root may be a link; links inside may not lead out of it. */
async function belongs(handle: FileHandle, { file, root }: Mounted): Promise<boolean> {
  const opened = await handle.stat({ bigint: true });
  const [top, real] = await Promise.all([realpath(root), realpath(file)]);
  if (!opened.isFile() || !isInside(top, real)) return false;
  // The path may name another file since it was opened.
  const named = await stat(real, { bigint: true });
  return named.dev === opened.dev && named.ino === opened.ino;
}

/**
 * Opens a mounted file, and returns its size in bytes; undefined where it is not a regular file in its mount. The
 * caller closes it. Throws the system's errors.
 */
export async function openMounted(mounted: Mounted): Promise<{ handle: FileHandle; size: number } | undefined> {
  // Does not wait for a writer where the file is a named pipe.
  const handle = await open(mounted.file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (await belongs(handle, mounted)) return { handle, size: (await handle.stat()).size };
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return undefined;
}
