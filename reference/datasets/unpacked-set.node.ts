import type { ImageArchive } from './archive.ts';
import type { DataSetRow, FoundImages, ImageRequest } from './dataset.ts';
import type { FolderSource } from './labelled-folder.node.ts';
import { obtainFolder } from './packed-folder.node.ts';
import { unpackedFolder } from './unpack.node.ts';

/** Decodes a set's images from their folder. Throws as `obtainFolder` does. */
export async function obtainSet(
  { title, classes, names, images }: DataSetRow,
  source: FolderSource,
  request: ImageRequest,
): Promise<FoundImages> {
  const found = await obtainFolder(source, { model: `the ${title}`, classes, names }, request);
  const whole = found.images === images;
  return { ...found, title: whole ? title : `${title}, ${found.images} of ${images} images` };
}

/** Decodes a set's images from its archive. Throws as `unpackedFolder` and `obtainFolder` do. */
export async function obtainUnpacked(
  row: DataSetRow,
  source: ImageArchive,
  request: ImageRequest,
): Promise<FoundImages> {
  return obtainSet(row, { folder: await unpackedFolder(source, request), labels: undefined }, request);
}
