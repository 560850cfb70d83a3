import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE_FIX, lengthOf } from '../weights/checkpoint-files.node.ts';
import { cannotWrite, partOf, sweepParts, writeWhole } from '../write.node.ts';
import type { ResizedImages } from './dataset.ts';
import type { Decoded } from './decode-worker.node.ts';
import { type Geometry, geometriesBeside } from './geometries.ts';
import { DIGITS } from './image-reader.ts';
import type { LabelledFolder, LabelledImage } from './labelled-folder.node.ts';
import { PACK, type Pack } from './pack.ts';
import { bytesText, makeRoom, markUsed, packFolder, touchPack } from './pack-cache.node.ts';
import type { Resize } from './preprocessing.ts';

/** Images that are resized in every way, at most, and bytes of them. */
const [MOST, MOST_BYTES] = [2000, 2 ** 30];

export type ResizedOptions = {
  readonly resize: Resize;
  readonly classes: number;
  /** Decodes files in the order of their paths. An image's pixels are those of each way, one after the other. */
  readonly decode: (paths: readonly string[], ways: readonly Resize[]) => AsyncIterable<Decoded>;
  readonly decoder: string;
  readonly log: (line: string) => void;
};

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** Images of every class in turn, in an order that depends on the names alone. */
export function evenly(images: readonly LabelledImage[], count: number): LabelledImage[] {
  const byClass = new Map<number, { readonly image: LabelledImage; readonly place: string }[]>();
  for (const image of images) {
    const list = byClass.get(image.label) ?? [];
    list.push({ image, place: sha256(image.name) });
    byClass.set(image.label, list);
  }
  const turns = [...byClass.values()].flatMap((list) =>
    list.sort((a, b) => (a.place < b.place ? -1 : 1)).map((one, turn) => ({ ...one, turn })),
  );
  const mixed = turns.sort((a, b) => a.turn - b.turn || (a.place < b.place ? -1 : 1));
  return mixed.slice(0, count).map(({ image }) => image);
}

/** The way that is to be written, where to, and what is known of the images so far. */
type Writing = {
  readonly key: string;
  readonly part: string;
  readonly handle: FileHandle;
  readonly whole: ReturnType<typeof createHash>;
  readonly digests: string[];
};

const pathOf = (key: string, ending: 'json' | 'pack'): string => join(packFolder(), `${key}.${ending}`);

type Job = { readonly root: string; readonly images: readonly LabelledImage[]; readonly keys: readonly string[] };

/** Decodes the images once for several ways. A pack that has a description is whole, so that comes last. */
async function writePacks(
  { root, images, keys }: Job,
  ways: readonly Resize[],
  options: ResizedOptions,
): Promise<void> {
  const { decode, classes, resize, log } = options;
  const stride = 3 * resize.crop ** 2;
  const need = keys.length * images.length * stride;
  sweepParts(packFolder());
  await makeRoom('', need, log);
  log(
    `Decoding ${images.length} images to try ${keys.length} ${keys.length === 1 ? 'way' : 'ways'} to resize them: ${bytesText(need)} of disk in ${packFolder()}`,
  );
  const writing: Writing[] = [];
  const labels: number[] = [];
  const names: string[] = [];
  try {
    for (const key of keys) {
      const part = partOf(pathOf(key, 'pack'));
      writing.push({ key, part, handle: await open(part, 'w'), whole: createHash('sha256'), digests: [] });
    }
    const paths = images.map(({ name }) => join(root, name));
    for await (const one of decode(paths, ways)) {
      const image = images[one.index];
      // The whole set's pack names what cannot be decoded.
      if (image === undefined || 'error' in one) continue;
      labels.push(image.label);
      names.push(image.name);
      for (const [i, { handle, whole, digests }] of writing.entries()) {
        const pixels = one.pixels.subarray(i * stride, (i + 1) * stride);
        whole.update(pixels);
        digests.push(sha256(pixels).slice(0, DIGITS));
        await handle.writeFile(pixels);
      }
    }
    if (labels.length === 0) throw new Error(`no image in ${root} can be decoded`);
    const none = { count: 0, first: [] };
    for (const { key, part, handle, whole, digests } of writing) {
      await handle.close();
      await rename(part, pathOf(key, 'pack'));
      const of = { count: labels.length, size: resize.crop, offset: 0, stride, classes, labels, names };
      const file = `${key}.pack`;
      const found = { sha256: whole.digest('hex'), digests, skipped: none, duplicates: none };
      const pack: Pack = { pack: PACK, file, ...of, ...found };
      await writeWhole(pathOf(key, 'json'), JSON.stringify(pack), CACHE_FIX);
    }
  } finally {
    for (const { handle, part } of writing) {
      await handle.close().catch(() => {});
      await rm(part, { force: true });
    }
  }
}

/** Whether the cache has a pack. */
const isThere = async (key: string): Promise<boolean> =>
  (await lengthOf(pathOf(key, 'json'))) !== undefined && (await lengthOf(pathOf(key, 'pack'))) !== undefined;

/**
 * Some images of a folder, as many of each class as there are, resized as requested and in every usual other way, each as a
 * pack in the cache. They are named now, and decoded by `make`, which throws one line where they cannot be. A later run
 * with the same files, labels, ways and decoder finds them.
 */
export async function resizedImages(
  { root, images }: Pick<LabelledFolder, 'root' | 'images'>,
  options: ResizedOptions,
): Promise<ResizedImages> {
  const { resize, classes, decoder } = options;
  const geometries: readonly Geometry[] = [{ changes: [], resize }, ...geometriesBeside(resize)];
  const fit = Math.floor(MOST_BYTES / (geometries.length * 3 * resize.crop ** 2));
  const some = evenly(images, Math.min(MOST, fit));
  const files = await Promise.all(
    some.map(async ({ name, label }) => {
      const found = await stat(join(root, name), { bigint: true }).catch(() => undefined);
      return [name, label, `${found?.size}`, `${found?.mtimeNs}`];
    }),
  );
  const same = sha256(JSON.stringify([PACK, decoder, classes, root, files]));
  const ways = geometries.map(({ changes, resize }) => {
    const key = sha256(JSON.stringify([same, resize])).slice(0, 32);
    return { changes, resize, key, path: pathOf(key, 'json') };
  });
  const releases: (() => Promise<void>)[] = [];
  const make = async (): Promise<void> => {
    try {
      await mkdir(packFolder(), { recursive: true });
      for (const { key } of ways) releases.push(await markUsed(key));
      const missing: typeof ways = [];
      for (const way of ways) {
        if (await isThere(way.key)) await touchPack(way.key);
        else missing.push(way);
      }
      if (missing.length === 0) return;
      const job = { root, images: some, keys: missing.map(({ key }) => key) };
      await writePacks(
        job,
        missing.map((way) => way.resize),
        options,
      );
    } catch (error) {
      throw (error as NodeJS.ErrnoException).syscall === undefined
        ? error
        : cannotWrite(packFolder(), error, CACHE_FIX);
    }
  };
  let made: Promise<void> | undefined;
  return {
    ways: ways.map(({ changes, path }) => ({ changes, path })),
    files: ways.flatMap(({ key, path }) => [path, pathOf(key, 'pack')]),
    make() {
      made ??= make();
      return made;
    },
    async release() {
      for (const release of releases) await release();
    },
  };
}
