import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { shown } from '../quote.ts';
import type { Head } from './class-names.ts';
import type { FoundImages, ImageRequest, Noted } from './dataset.ts';
import { decodeFiles } from './decode-pool.node.ts';
import { DECODER } from './decoder.node.ts';
import { type FolderSource, labelFolder } from './labelled-folder.node.ts';
import { packImages } from './pack.node.ts';
import { resizedImages } from './resized-packs.node.ts';

/** How many images a line names. */
const NAMED = 3;

const listed = ({ first, count }: Noted): string => {
  const some = first.slice(0, NAMED).map(({ name, reason }) => `${name}: ${reason}`);
  return `${some.join('; ')}${count > some.length ? `; and ${count - some.length} more` : ''}`;
};

/**
 * Decodes a folder of labelled images for a network, or finds what was decoded before. Says which images are left out.
 * Throws one line where the folder does not fit the network, and where it cannot be decoded.
 */
export async function obtainFolder(
  source: FolderSource,
  head: Head,
  { preprocessing: { resize }, log }: ImageRequest,
): Promise<FoundImages> {
  const folder = await labelFolder(source, head);
  for (const note of folder.notes) log(note);
  const threads = availableParallelism();
  const decode = (paths: readonly string[]) => decodeFiles(paths, resize, { threads });
  const { path, pack, release } = await packImages(folder, {
    resize,
    classes: head.classes,
    decode,
    decoder: DECODER,
    log,
  });
  const { count, skipped, duplicates, file } = pack;
  if (skipped.count > 0) log(`${skipped.count} images are left out: ${listed(skipped)}`);
  if (duplicates.count > 0) log(`${duplicates.count} images are there twice: ${listed(duplicates)}`);
  const title = shown(basename(folder.root));
  const files = { root: folder.root, names: pack.names ?? [] };
  const found = {
    path,
    images: count,
    beside: [join(dirname(path), file)],
    files,
    title,
    classNames: folder.classNames,
  };
  if (resize === undefined) return { ...found, release };
  const resized = await resizedImages(folder, {
    resize,
    classes: head.classes,
    decode: (paths, ways) => decodeFiles(paths, ways, { threads }),
    decoder: DECODER,
    log,
  });
  return {
    ...found,
    resized,
    async release() {
      await release();
      await resized.release();
    },
  };
}
