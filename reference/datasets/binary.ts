import type { ImageSet } from './dataset.ts';
import { hexOf } from './image-reader.ts';
import { byteValues, type Preprocessing } from './preprocessing.ts';

const PIXELS = 32 * 32;
/** Bytes of an image with its label. */
export const RECORD = 1 + 3 * PIXELS;

export type BinaryImages = Omit<ImageSet, 'labels' | 'image'> & {
  readonly labels: Uint8Array;
  image(i: number): Float32Array;
};

/** A set in this layout: its name in messages, and the number of its labels. */
type BinarySet = { readonly name: string; readonly classes: number };

/**
 * CIFAR-10's binary layout (Krizhevsky 2009), in which other sets are kept too: per image one label byte, then 3×32×32
 * bytes, channels R, G, B. Throws where the size or a label says that it is something else, and where images are to be
 * resized.
 */
export function binaryImages(
  bytes: Uint8Array,
  preprocessing: Preprocessing,
  { name, classes }: BinarySet,
): BinaryImages {
  const count = bytes.length / RECORD;
  if (count === 0 || !Number.isInteger(count))
    throw new Error(`${bytes.length} bytes are not a whole number of ${name} images of ${RECORD} bytes`);
  const labels = Uint8Array.from({ length: count }, (_, i) => bytes[i * RECORD] ?? 0);
  const odd = labels.findIndex((label) => label >= classes);
  if (odd >= 0) throw new Error(`image ${odd} has label ${labels[odd]}: this is not the binary layout of ${name}`);
  if (preprocessing.resize !== undefined) throw new Error(`images of ${name} are not resized`);
  const values = byteValues(preprocessing);
  return {
    count,
    labels,
    image(i) {
      if (!Number.isInteger(i) || i < 0 || i >= count) throw new RangeError(`no image ${i} among ${count}`);
      const pixels = bytes.subarray(i * RECORD + 1, (i + 1) * RECORD);
      const image = new Float32Array(pixels.length);
      for (let k = 0; k < image.length; k++)
        image[k] = values[(Math.floor(k / PIXELS) << 8) | (pixels[k] as number)] as number;
      return image;
    },
  };
}

/** Opens a set in this layout, with the SHA-256 of its bytes, labels included. Throws as `binaryImages` does. */
export async function openBinary(
  bytes: Uint8Array<ArrayBuffer>,
  preprocessing: Preprocessing,
  set: BinarySet,
): Promise<ImageSet> {
  const images = binaryImages(bytes, preprocessing, set);
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', bytes));
  return { ...images, sha256: hexOf(digest, 2 * digest.length) };
}
