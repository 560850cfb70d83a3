import type { ImageSet, PixelFile, ReadFile } from './dataset.ts';
import { byteValues, type Preprocessing } from './preprocessing.ts';

/** Digits of an image's SHA-256 that a pack holds. */
export const DIGITS = 16;

/** Bytes that are read at a time: fewer and larger reads cost less. */
const BLOCK = 2 ** 22;

export const hexOf = (bytes: Uint8Array, digits: number): string =>
  Array.from(bytes.subarray(0, digits / 2), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Bytes of one image, [3, area], as values of the table that `byteValues` makes. */
export function fillValues(bytes: Uint8Array, table: Float32Array, to: Float32Array): void {
  const area = to.length / 3;
  for (let channel = 0, k = 0; channel < 3; channel++) {
    const own = table.subarray(channel << 8, (channel + 1) << 8);
    for (const end = k + area; k < end; k++) to[k] = own[bytes[k] as number] as number;
  }
}

/** What is wrong with an image whose bytes have another digest than its own. */
export const damaged = (i: number, path: string): string =>
  `image ${i} in ${path} is damaged: delete that file and run again`;

/**
 * Reads images by range. A few are in memory at a time. Each is compared with its digest: where that differs, reading it
 * throws. `digests` may grow: it has those of all images that are there.
 */
export function imageReader(
  { path, size, offset, stride }: PixelFile,
  digests: readonly string[],
  preprocessing: Preprocessing,
  read: ReadFile,
): Pick<ImageSet, 'image' | 'packed'> & { into(i: number, to: Float32Array): Promise<void> } {
  const pixels = 3 * size * size;
  const values = byteValues(preprocessing);
  const perBlock = Math.max(1, Math.floor(BLOCK / stride));
  let block: { readonly first: number; readonly images: number; readonly bytes: Promise<Uint8Array<ArrayBuffer>> } = {
    first: 0,
    images: 0,
    bytes: Promise.resolve(new Uint8Array()),
  };
  const blockOf = (index: number) => {
    if (index < block.first || index >= block.first + block.images) {
      const first = Math.floor(index / perBlock) * perBlock;
      const images = Math.min(perBlock, digests.length - first);
      // The last image may end with its pixels, without the rest of a stride.
      const range = { start: offset + first * stride, length: (images - 1) * stride + pixels };
      block = { first, images, bytes: read(path, range) };
    }
    return block;
  };
  const into = async (i: number, to: Float32Array): Promise<void> => {
    const { length } = digests;
    if (!Number.isInteger(i) || i < 0 || i >= length) throw new RangeError(`no image ${i} among ${length}`);
    const { first, bytes: whole } = blockOf(i);
    const at = (i - first) * stride;
    const bytes = (await whole).subarray(at, at + pixels);
    const digest = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', bytes));
    if (hexOf(digest, DIGITS) !== digests[i]) throw new Error(damaged(i, path));
    if (to.length !== pixels) throw new RangeError(`an image has ${pixels} values, not ${to.length}`);
    fillValues(bytes, values, to);
  };
  return {
    packed: { file: { path, size, offset, stride }, digests, preprocessing },
    into,
    async image(i) {
      const image = new Float32Array(pixels);
      await into(i, image);
      return image;
    },
  };
}
