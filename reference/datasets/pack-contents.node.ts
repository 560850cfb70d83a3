import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { shown } from '../quote.ts';
import type { Noted } from './dataset.ts';
import type { Decoded } from './decode-worker.node.ts';
import { DIGITS } from './image-reader.ts';
import type { LabelledImage } from './labelled-folder.node.ts';
import type { Pack } from './pack.ts';
import type { JournalLine } from './pack-journal.ts';

/** How many images a record names that are left out, or equal. */
const NAMED = 10;

/** Counts images with a reason, and keeps the first few. */
function noting(): { add(name: string, reason: string): void; noted(): Noted } {
  const first: Noted['first'][number][] = [];
  let count = 0;
  return {
    add(name, reason) {
      if (count++ < NAMED) first.push({ name: shown(name), reason: shown(reason) });
    },
    noted: () => ({ count, first }),
  };
}

type Written = Pick<
  Pack,
  'count' | 'size' | 'labels' | 'also' | 'names' | 'sha256' | 'digests' | 'skipped' | 'duplicates'
>;

/** A pack's description as its images are added, in their order. */
export type PackContents = {
  /** Images so far, and files of the list so far. */
  counts(): { readonly images: number; readonly files: number };
  /** Height and width of the images, in pixels; 0 before the first. */
  size(): number;
  /** Adds the next file of the list. Returns its line in the journal. Throws where the image has another size than others. */
  add(one: Decoded): JournalLine;
  /** Adds the next file as it was decoded before; false where the pixels are no longer those of this digest. */
  addAgain(one: Extract<Decoded, { pixels: Uint8Array }>, digest: string): boolean;
  /** The description. Throws where there is no image. */
  written(): Written;
};

/** `root`: the folder of the list. `skipped`: images that are left out before decoding. */
export function packContents(
  root: string,
  list: readonly LabelledImage[],
  skipped: readonly { readonly name: string; readonly reason: string }[],
): PackContents {
  const whole = createHash('sha256');
  const [labels, names, digests]: [number[], string[], string[]] = [[], [], []];
  const also: (readonly number[])[] = [];
  const NONE: readonly number[] = [];
  const first = new Map<string, number>();
  const [left, duplicates] = [noting(), noting()];
  for (const { name, reason } of skipped) left.add(name, reason);
  let error: { name: string; reason: string } | undefined;
  let [files, size] = [0, 0];
  const next = (): LabelledImage => {
    const image = list[files];
    if (image === undefined) throw new Error(`no image ${files} was to be decoded`);
    return image;
  };
  const digestOf = (pixels: Uint8Array) => createHash('sha256').update(pixels).digest('hex').slice(0, DIGITS);
  const take = ({ name, label, also: others }: LabelledImage, pixels: Uint8Array, digest: string): JournalLine => {
    files++;
    whole.update(pixels);
    const before = first.get(digest);
    if (before === undefined) first.set(digest, digests.length);
    else {
      const other = labels[before] === label ? '' : ', which has another label';
      duplicates.add(name, `the same image as ${shown(names[before] ?? '')}${other}`);
    }
    labels.push(label);
    also.push(others ?? NONE);
    names.push(name);
    digests.push(digest);
    return { label, digest, size, also: others };
  };
  return {
    counts: () => ({ images: digests.length, files }),
    size: () => size,
    add(one) {
      const image = next();
      if ('error' in one) {
        files++;
        const reason = shown(one.error);
        error ??= { name: image.name, reason };
        left.add(image.name, reason);
        return { error: reason };
      }
      const { pixels, width, height } = one;
      size ||= width;
      if (width !== size || height !== size)
        throw new Error(
          `${join(root, image.name)} has ${width}×${height} pixels, and images that are not resized must be square and of one size, here ${size}×${size}: take a preprocessing with resize and crop`,
        );
      return take(image, pixels, digestOf(pixels));
    },
    addAgain({ pixels, width }, digest) {
      if (digestOf(pixels) !== digest) return false;
      size ||= width;
      take(next(), pixels, digest);
      return true;
    },
    written() {
      if (names.length === 0)
        throw new Error(`no image in ${root} can be decoded: ${shown(error?.name ?? '')}: ${error?.reason}`);
      const more = also.some(({ length }) => length > 0) ? { also } : {};
      return {
        count: names.length,
        size,
        labels,
        ...more,
        names,
        digests,
        sha256: whole.digest('hex'),
        skipped: left.noted(),
        duplicates: duplicates.noted(),
      };
    },
  };
}
