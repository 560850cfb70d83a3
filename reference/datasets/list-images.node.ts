import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';

/** A file or folder that is not used, and why. */
export type Skipped = { readonly name: string; readonly reason: string };

/** A folder's images, by their paths below it, with `/` between folders. */
export type Listed = {
  readonly root: string;
  readonly images: readonly string[];
  /** Folders at the top, also those without images. */
  readonly folders: readonly string[];
  readonly skipped: readonly Skipped[];
};

const DECODED = /\.(?:jpe?g|png|webp)$/i;
/** What torchvision's ImageFolder would take too. */
const OTHER_IMAGES = /\.(?:ppm|bmp|pgm|tiff?)$/i;

/** Folders that systems and editors leave. */
const CLUTTER = /^\.|^__MACOSX$/;

/** Maximum of images, and of folders in each other. */
const MOST_IMAGES = 2_000_000;
const MOST_DEPTH = 32;

/** Order by code points, as Python sorts. */
export const byCodePoints = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? (error as Error).message;

const isInside = (root: string, path: string): boolean => {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
};

/** Why a link is not followed; undefined where it leads to a file in the folder. */
async function whyNotLink(root: string, path: string): Promise<string | undefined> {
  try {
    const real = await realpath(path);
    if (!isInside(root, real)) return 'a link out of the folder is not followed';
    return (await stat(real)).isFile() ? undefined : 'a link to a folder is not followed';
  } catch (error) {
    return `a link that leads nowhere (${codeOf(error)})`;
  }
}

/**
 * Lists the images in a folder and below it, in the order of torchvision's ImageFolder. Links that lead out of the
 * folder or to a folder are not followed. What is not used is listed in `skipped`. Throws one line where the folder
 * cannot be read.
 */
export async function listImages(folder: string): Promise<Listed> {
  const root = await realpath(folder).catch((error) => {
    throw new Error(`no folder ${folder} (${codeOf(error)})`);
  });
  const skipped: Skipped[] = [];
  const found: { within: string; images: string[] }[] = [];
  const folders: string[] = [];
  let count = 0;

  const enter = async (within: string, depth: number): Promise<void> => {
    const entries = await readdir(join(root, within), { withFileTypes: true }).catch((error): Dirent[] => {
      if (within === '') throw new Error(`the folder ${folder} cannot be read (${codeOf(error)})`);
      skipped.push({ name: within, reason: `the folder cannot be read (${codeOf(error)})` });
      return [];
    });
    const images: string[] = [];
    for (const entry of entries) {
      const name = within === '' ? entry.name : `${within}/${entry.name}`;
      if (entry.isDirectory()) {
        if (CLUTTER.test(entry.name)) continue;
        if (within === '') folders.push(entry.name);
        if (depth >= MOST_DEPTH) skipped.push({ name, reason: `it is over ${MOST_DEPTH} folders deep` });
        else await enter(name, depth + 1);
      } else if (OTHER_IMAGES.test(name)) skipped.push({ name, reason: 'only JPEG, PNG and WebP are decoded' });
      else if (DECODED.test(name) && !entry.name.startsWith('.')) {
        const link = entry.isSymbolicLink();
        const reason = link ? await whyNotLink(root, join(root, name)) : entry.isFile() ? undefined : 'it is no file';
        if (reason === undefined) images.push(name);
        else skipped.push({ name, reason });
      } else if (entry.isSymbolicLink() && !CLUTTER.test(entry.name)) {
        const reason = await whyNotLink(root, join(root, name));
        if (reason !== undefined) skipped.push({ name, reason });
      }
    }
    count += images.length;
    if (count > MOST_IMAGES) throw new Error(`${folder} has over ${MOST_IMAGES} images`);
    found.push({ within, images: images.sort(byCodePoints) });
  };
  await enter('', 0);
  found.sort((a, b) => byCodePoints(a.within, b.within));
  return {
    root,
    images: found.flatMap(({ images }) => images),
    folders: folders.sort(byCodePoints),
    skipped: skipped.sort((a, b) => byCodePoints(a.name, b.name)),
  };
}
