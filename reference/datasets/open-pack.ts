import type { ReadFile } from './dataset.ts';
import { openGrowingPack } from './growing-pack.ts';
import { imageReader } from './image-reader.ts';
import { beside, type PackedSet, readPack, told } from './pack.ts';
import { JOURNAL_END } from './pack-journal.ts';
import type { Preprocessing } from './preprocessing.ts';

/**
 * Opens a pack by the location of its description, or of its journal while it is being decoded: then with the images
 * that are there so far. A few images are in memory at a time. Each is compared with its digest: where that differs,
 * `image` throws. Throws one line where the description or the journal cannot be read.
 */
export async function openPack(location: string, preprocessing: Preprocessing, read: ReadFile): Promise<PackedSet> {
  if (location.endsWith(JOURNAL_END)) return openGrowingPack(location, preprocessing, read);
  const pack = await readPack(location, read);
  const { file, size, offset, stride, digests } = pack;
  const pixels = { path: beside(location, file), size, offset, stride };
  return { ...told(pack), values: 3 * size * size, ...imageReader(pixels, digests, preprocessing, read) };
}
