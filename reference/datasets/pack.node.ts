import { createHash } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE_FIX, lengthOf } from '../weights/checkpoint-files.node.ts';
import { cannotWrite } from '../write.node.ts';
import { type Decode, decodePack, type GrowingPack } from './decode-pack.node.ts';
import type { LabelledFolder } from './labelled-folder.node.ts';
import { PACK, type Pack, parsePack } from './pack.ts';
import { markUsed, packFolder, touchPack } from './pack-cache.node.ts';
import { packName, sweepJournals } from './pack-journal.node.ts';
import type { Preprocessing } from './preprocessing.ts';

export type PackOptions = {
  readonly resize: Preprocessing['resize'];
  /** Number of classes that the labels are of. */
  readonly classes: number;
  readonly decode: Decode;
  /** Names what decodes, with its version: pixels of another are not reused. */
  readonly decoder: string;
  readonly log: (line: string) => void;
};

/** A pack in the cache, whole or being decoded: see GrowingPack. `release` lets other runs remove it. */
export type Packed = GrowingPack & { release(): Promise<void> };

type Sized = LabelledFolder['images'][number] & { readonly bytes: number; readonly changed: string };

/** The images with their sizes and times of change; those whose file is gone are skipped. */
async function sized({
  root,
  images,
  skipped,
}: LabelledFolder): Promise<Pick<LabelledFolder, 'skipped'> & { list: Sized[] }> {
  const list: Sized[] = [];
  const left = [...skipped];
  for (const image of images) {
    const found = await stat(join(root, image.name), { bigint: true }).catch((error: NodeJS.ErrnoException) => error);
    if (found instanceof Error) left.push({ name: image.name, reason: `it cannot be read (${found.code})` });
    else list.push({ ...image, bytes: Number(found.size), changed: `${found.mtimeNs}` });
  }
  return { list, skipped: left };
}

/**
 * Images in an order that mixes the classes, so that the first of them are a fair sample: a run that ends early has not
 * seen the first classes only. An image's place depends on the names alone.
 */
function mixed<T extends { readonly name: string }>(images: readonly T[]): T[] {
  const placed = images.map((image) => ({ image, place: createHash('sha256').update(image.name).digest('hex') }));
  return placed.sort((a, b) => (a.place < b.place ? -1 : 1)).map(({ image }) => image);
}

/** The finished pack of this name, or undefined. */
async function findPack(path: string): Promise<Pack | undefined> {
  try {
    const pack = parsePack(await readFile(path, 'utf8'));
    return (await lengthOf(join(packFolder(), pack.file))) === pack.count * pack.stride ? pack : undefined;
  } catch {
    return undefined;
  }
}

/** A pack that is whole. */
const finished = (key: string, pack: Pack, listed: number): GrowingPack => ({
  path: join(packFolder(), packName(key)),
  files: [join(packFolder(), packName(key)), join(packFolder(), pack.file)],
  listed,
  isOpen: () => false,
  resume: () => () => {},
  begun: async () => {},
  whole: async () => pack,
  finished: Promise.resolve(pack),
  stop: async () => {},
});

/** Packs that this process decodes or has decoded, by key, and how many use each. */
const growing = new Map<string, { readonly pack: Promise<GrowingPack>; users: number }>();

/** The pack of this key from those of this process, begun by the first that asks. */
async function shared(key: string, begin: () => Promise<GrowingPack>): Promise<Packed> {
  const one = growing.get(key) ?? { pack: begin(), users: 0 };
  growing.set(key, one);
  one.users++;
  const release = async () => {
    if (--one.users > 0) return;
    growing.delete(key);
    await one.pack.then((pack) => pack.stop()).catch(() => {});
  };
  try {
    return { ...(await one.pack), release };
  } catch (error) {
    await release();
    throw error;
  }
}

/**
 * Finds the pack of a folder's images in the cache, or begins to decode them into it: see GrowingPack. A later call with
 * the same files, labels, geometry and decoder returns the same pack. What an interrupted run has decoded is not decoded
 * again. Throws one line where there is no room.
 */
export async function packImages(folder: LabelledFolder, options: PackOptions): Promise<Packed> {
  const { resize, classes, decoder } = options;
  const { list: sorted, skipped } = await sized(folder);
  const list = mixed(sorted);
  const files = list.map(({ name, label, also, bytes, changed }) => [name, label, also ?? null, bytes, changed]);
  const identity = JSON.stringify([PACK, decoder, resize ?? null, classes, folder.root, files, skipped]);
  const key = createHash('sha256').update(identity).digest('hex').slice(0, 32);
  let unmark = async () => {};
  try {
    await mkdir(packFolder(), { recursive: true });
    unmark = await markUsed(key);
    const begin = async (): Promise<GrowingPack> => {
      const known = await findPack(join(packFolder(), packName(key)));
      if (known === undefined) return decodePack({ key, root: folder.root, list, skipped }, options);
      await sweepJournals(key, known.file);
      await touchPack(key);
      return finished(key, known, list.length);
    };
    const { release, ...packed } = await shared(key, begin);
    return {
      ...packed,
      async release() {
        await release();
        await unmark();
      },
    };
  } catch (error) {
    await unmark();
    throw (error as NodeJS.ErrnoException).syscall === undefined ? error : cannotWrite(packFolder(), error, CACHE_FIX);
  }
}
