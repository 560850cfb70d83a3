import { isObject, parseJson } from '../json.ts';
import { shown } from '../quote.ts';
import type { ImageSet, Noted, ReadFile } from './dataset.ts';

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
export const beside = (location: string, file: string): string =>
  location.slice(0, Math.max(location.lastIndexOf('/'), location.lastIndexOf('\\')) + 1) + file;

/** A set of images in a pack, and the number of classes of its labels. */
export type PackedSet = ImageSet & { readonly classes: number };

/** Reads a pack's description. Throws one line where it cannot be read. */
export async function readPack(location: string, read: ReadFile): Promise<Pack> {
  const text = new TextDecoder().decode(await read(location));
  try {
    return parsePack(text);
  } catch (error) {
    throw new Error(`${location}: ${(error as Error).message}: delete it and run again`);
  }
}

/** What a pack's description says of its images. */
export const told = ({
  count,
  labels,
  classes,
  sha256,
  names,
  also,
  skipped,
  duplicates,
}: Pack): Omit<PackedSet, 'image'> => ({
  count,
  labels,
  classes,
  sha256,
  ...(names && { names }),
  ...(also && { also }),
  skipped,
  duplicates,
});
