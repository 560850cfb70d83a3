import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { shown } from '../quote.ts';
import type { Head } from './class-names.ts';
import type { FoundImages, ImageRequest, Noted } from './dataset.ts';
import { decodeFiles } from './decode-pool.node.ts';
import { DECODER } from './decoder.node.ts';
import { type FolderSource, labelFolder } from './labelled-folder.node.ts';
import { packImages } from './pack.node.ts';
import type { Pack } from './pack.ts';
import { resizedImages } from './resized-packs.node.ts';

/** How many images a line names. */
const NAMED = 3;

const listed = ({ first, count }: Noted): string => {
  const some = first.slice(0, NAMED).map(({ name, reason }) => `${name}: ${reason}`);
  return `${some.join('; ')}${count > some.length ? `; and ${count - some.length} more` : ''}`;
};

/** Says which images are left out. */
function sayNotes({ skipped, duplicates }: Pack, log: ImageRequest['log']): void {
  if (skipped.count > 0) log(`${skipped.count} images are left out: ${listed(skipped)}`);
  if (duplicates.count > 0) log(`${duplicates.count} images are there twice: ${listed(duplicates)}`);
}

/**
 * Begins to decode a folder of labelled images for a network, or finds what was decoded before. Those of one size that
 * are not resized are decoded at once, since the last may show that they do not fit. Says which images are left out.
 * Throws one line where the folder does not fit the network, and where no image can be decoded.
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
  const packed = await packImages(folder, { resize, classes: head.classes, decode, decoder: DECODER, log });
  try {
    if (resize === undefined) await packed.whole();
    else await packed.begun();
  } catch (error) {
    await packed.release();
    throw error;
  }
  packed.finished.then(
    (pack) => sayNotes(pack, log),
    // A visit that reads them says so.
    () => {},
  );
  const { path, files: beside, listed: images, isOpen, resume, release } = packed;
  const title = shown(basename(folder.root));
  const files = { root: folder.root, names: folder.images.map(({ name }) => name) };
  const found = {
    path,
    images,
    beside: beside.filter((one) => one !== path),
    files,
    title,
    classNames: folder.classNames,
    decoding: { isOpen, resume },
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
