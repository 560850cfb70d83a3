import { isObject, parseJson } from '../json.ts';
import { shown } from '../quote.ts';
import type { ImageSet, Noted, ReadFile } from './dataset.ts';
import { byteValues, type Preprocessing } from './preprocessing.ts';

/** Version of the format. */
export const PACK = 1;

/**
 * Describes a file of decoded images, uint8 [count, 3, size, size]. It is JSON, and the file that it names lies beside
 * it. CIFAR's binary layout is such a file: `offset` is where the first image's pixels begin, `stride` the distance from
 * one to the next, in bytes.
 */
export type Pack = {
  readonly pack: typeof PACK;
  readonly file: string;
  readonly count: number;
  readonly size: number;
  readonly offset: number;
  readonly stride: number;
  /** Number of classes that labels are of, and the class of each image. */
  readonly classes: number;
  readonly labels: readonly number[];
  /** Other classes that are right too, of each image; absent where there is one right class for each. */
  readonly also?: readonly (readonly number[])[];
  /** Each image's name; absent where images have none. */
  readonly names?: readonly string[];
  /** SHA-256 of all pixels in order, in hexadecimal. */
  readonly sha256: string;
  /** The first 16 digits of each image's SHA-256. */
  readonly digests: readonly string[];
  readonly skipped: Noted;
  /** Images whose pixels equal those of an earlier one. They are scored. */
  readonly duplicates: Noted;
};

/** Digits of an image's SHA-256 that a pack holds. */
export const DIGITS = 16;

/** Bytes that are read at a time: fewer and larger reads cost less. */
const BLOCK = 2 ** 22;

export const hexOf = (bytes: Uint8Array, digits: number): string =>
  Array.from(bytes.subarray(0, digits / 2), (byte) => byte.toString(16).padStart(2, '0')).join('');

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isList = <T>(value: unknown, length: number, is: (one: unknown) => one is T): value is T[] =>
  Array.isArray(value) && value.length === length && value.every(is);
const isText = (value: unknown): value is string => typeof value === 'string';
const isNoted = (value: unknown): value is Noted =>
  isObject(value) &&
  isCount(value.count) &&
  Array.isArray(value.first) &&
  value.first.every((one) => isObject(one) && isText(one.name) && isText(one.reason));

/** Notes from a file, as text that is safe in a message. */
const safe = ({ count, first }: Noted): Noted => ({
  count,
  first: first.map(({ name, reason }) => ({ name: shown(name), reason: shown(reason) })),
});

/** Parses a pack's description. Throws one line where it is none. */
export function parsePack(text: string): Pack {
  const value: unknown = parseJson(text);
  const wrong = (what: string) => new Error(`it is no description of decoded images: ${what}`);
  if (!isObject(value) || value.pack !== PACK) throw wrong('it has another format');
  const { file, count, size, offset, stride, classes, labels, also, names, sha256, digests, skipped, duplicates } =
    value;
  if (!isText(file) || file === '' || /[/\\]/.test(file)) throw wrong('file');
  if (!isCount(count) || !isCount(size) || !isCount(offset) || !isCount(stride) || !isCount(classes))
    throw wrong('count, size, offset, stride, classes');
  if (count === 0 || size === 0 || stride < 3 * size * size) throw wrong('sizes');
  const isClass = (one: unknown): one is number => isCount(one) && one < classes;
  const isClasses = (one: unknown): one is number[] => Array.isArray(one) && one.every(isClass);
  if (!isList(labels, count, isClass)) throw wrong('labels');
  if (also !== undefined && !isList(also, count, isClasses)) throw wrong('also');
  if (names !== undefined && !isList(names, count, isText)) throw wrong('names');
  if (!isText(sha256) || !isList(digests, count, isText)) throw wrong('digests');
  if (!isNoted(skipped) || !isNoted(duplicates)) throw wrong('skipped, duplicates');
  const told = { pack: PACK, file, count, size, offset, stride, classes, labels, sha256, digests } as const;
  return {
    ...told,
    skipped: safe(skipped),
    duplicates: safe(duplicates),
    ...(names && { names }),
    ...(also && { also }),
  };
}

/** The file beside a path or URL. The name is a file's, so that in a URL it needs no more than escaping. */
const beside = (location: string, file: string): string =>
  location.slice(0, Math.max(location.lastIndexOf('/'), location.lastIndexOf('\\')) + 1) + file;

/** A set of images in a pack, and the number of classes of its labels. */
export type PackedSet = ImageSet & { readonly classes: number };

/**
 * Opens a pack by the location of its description. A few images are in memory at a time. Each is compared with its
 * digest: where that differs, `image` throws. Throws one line where the description cannot be read.
 */
export async function openPack(location: string, preprocessing: Preprocessing, read: ReadFile): Promise<PackedSet> {
  const text = new TextDecoder().decode(await read(location));
  let pack: Pack;
  try {
    pack = parsePack(text);
  } catch (error) {
    throw new Error(`${location}: ${(error as Error).message}: delete it and run again`);
  }
  const { file, count, size, offset, stride, labels, digests } = pack;
  const pixels = 3 * size * size;
  const path = beside(location, file);
  const values = byteValues(preprocessing);
  const perBlock = Math.max(1, Math.floor(BLOCK / stride));
  let block: { readonly index: number; readonly bytes: Promise<Uint8Array<ArrayBuffer>> } | undefined;
  const blockOf = (index: number): Promise<Uint8Array<ArrayBuffer>> => {
    if (block?.index !== index) {
      const first = index * perBlock;
      const images = Math.min(perBlock, count - first);
      // The last image may end with its pixels, without the rest of a stride.
      const range = { start: offset + first * stride, length: (images - 1) * stride + pixels };
      block = { index, bytes: read(path, range) };
    }
    return block.bytes;
  };
  return {
    count,
    labels,
    classes: pack.classes,
    sha256: pack.sha256,
    ...(pack.names && { names: pack.names }),
    ...(pack.also && { also: pack.also }),
    skipped: pack.skipped,
    duplicates: pack.duplicates,
    async image(i) {
      if (!Number.isInteger(i) || i < 0 || i >= count) throw new RangeError(`no image ${i} among ${count}`);
      const at = (i % perBlock) * stride;
      const bytes = (await blockOf(Math.floor(i / perBlock))).subarray(at, at + pixels);
      const digest = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', bytes));
      if (hexOf(digest, DIGITS) !== digests[i])
        throw new Error(`image ${i} in ${path} is damaged: delete that file and run again`);
      const image = new Float32Array(pixels);
      const area = size * size;
      for (let channel = 0, k = 0; channel < 3; channel++)
        for (const end = k + area; k < end; k++) image[k] = values[(channel << 8) | (bytes[k] as number)] as number;
      return image;
    },
  };
}
