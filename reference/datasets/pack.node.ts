import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { shown } from '../quote.ts';
import { CACHE_FIX, lengthOf } from '../weights/checkpoint-files.node.ts';
import { cannotWrite, partOf, sweepParts, writeWhole } from '../write.node.ts';
import type { Noted } from './dataset.ts';
import type { Decoded } from './decode-worker.node.ts';
import type { LabelledFolder } from './labelled-folder.node.ts';
import { DIGITS, PACK, type Pack, parsePack } from './pack.ts';
import { bytesText, makeRoom, markUsed, packFolder, touchPack } from './pack-cache.node.ts';
import type { Preprocessing } from './preprocessing.ts';

/** Decodes files in the order of their paths. */
type Decode = (paths: readonly string[]) => AsyncIterable<Decoded>;

export type PackOptions = {
  readonly resize: Preprocessing['resize'];
  /** Number of classes that the labels are of. */
  readonly classes: number;
  readonly decode: Decode;
  /** Names what decodes, with its version: pixels of another are not reused. */
  readonly decoder: string;
  readonly log: (line: string) => void;
};

/** A pack in the cache. `release` lets other runs remove it. */
export type Packed = { readonly path: string; readonly pack: Pack; release(): Promise<void> };

/** How many images a record names that are left out, or equal. */
const NAMED = 10;
/** Milliseconds between lines about progress. */
const PATIENCE = 10_000;

const noted = (list: readonly { readonly name: string; readonly reason: string }[]): Noted => ({
  count: list.length,
  first: list.slice(0, NAMED).map(({ name, reason }) => ({ name: shown(name), reason: shown(reason) })),
});

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

/** Says how far decoding is, every ten seconds. */
function progress(total: number, log: PackOptions['log']) {
  const start = performance.now();
  let told = start;
  return (done: number) => {
    const now = performance.now();
    if (now - told < PATIENCE) return;
    told = now;
    const rate = done / ((now - start) / 1000);
    log(
      `Decoded ${done} of ${total} images, ${rate.toPrecision(3)} per second, ${Math.ceil((total - done) / rate)} s left`,
    );
  };
}

type Written = Pick<Pack, 'size' | 'labels' | 'also' | 'sha256' | 'digests' | 'duplicates'> & {
  readonly names: readonly string[];
  readonly errors: readonly { readonly name: string; readonly reason: string }[];
};

/** Decodes the images into a file. Throws where none can be decoded. */
async function decodeInto(path: string, root: string, list: readonly Sized[], options: PackOptions): Promise<Written> {
  const { decode, log } = options;
  const file = await open(path, 'w');
  try {
    const whole = createHash('sha256');
    const [labels, names, digests]: [number[], string[], string[]] = [[], [], []];
    const also: (readonly number[])[] = [];
    const first = new Map<string, number>();
    const errors: { name: string; reason: string }[] = [];
    const duplicates: { name: string; reason: string }[] = [];
    const tell = progress(list.length, log);
    let size = 0;
    for await (const one of decode(list.map(({ name }) => join(root, name)))) {
      const image = list[one.index];
      if (image === undefined) throw new Error(`no image ${one.index} was to be decoded`);
      const { name, label, also: others = [] } = image;
      if ('error' in one) {
        errors.push({ name, reason: one.error });
        continue;
      }
      const { pixels, width, height } = one;
      // Without a resize, the first image shows how large they are.
      if (names.length === 0 && options.resize === undefined) await makeRoom(pixels.length * list.length, log);
      size ||= width;
      if (width !== size || height !== size)
        throw new Error(
          `${join(root, name)} has ${width}×${height} pixels, and images that are not resized must be square and of one size, here ${size}×${size}: take a preprocessing with resize and crop`,
        );
      whole.update(pixels);
      const digest = createHash('sha256').update(pixels).digest('hex').slice(0, DIGITS);
      const before = first.get(digest);
      if (before === undefined) first.set(digest, digests.length);
      else {
        const other = labels[before] === label ? '' : ', which has another label';
        duplicates.push({ name, reason: `the same image as ${shown(names[before] ?? '')}${other}` });
      }
      labels.push(label);
      also.push(others);
      names.push(name);
      digests.push(digest);
      await file.writeFile(pixels);
      tell(names.length + errors.length);
    }
    if (names.length === 0) {
      const [one] = errors;
      throw new Error(`no image in ${root} can be decoded: ${shown(one?.name ?? '')}: ${one?.reason}`);
    }
    const more = also.some(({ length }) => length > 0) ? { also } : {};
    return {
      size,
      labels,
      ...more,
      names,
      digests,
      sha256: whole.digest('hex'),
      duplicates: noted(duplicates),
      errors,
    };
  } finally {
    await file.close();
  }
}

type Job = Pick<LabelledFolder, 'root' | 'skipped'> & { readonly key: string; readonly list: readonly Sized[] };

/** Decodes and writes a pack. The description is written last: a pack that has one is whole. */
async function writePack({ key, root, list, skipped }: Job, options: PackOptions): Promise<Pack> {
  const { resize, classes, log } = options;
  const file = `${key}.pack`;
  const part = partOf(join(packFolder(), file));
  sweepParts(packFolder());
  if (resize !== undefined) {
    const need = list.length * 3 * resize.crop ** 2;
    await makeRoom(need, log);
    log(
      `Decoding ${list.length} images to ${resize.crop}×${resize.crop} once: ${bytesText(need)} of disk in ${packFolder()}`,
    );
  }
  try {
    const { errors, ...written } = await decodeInto(part, root, list, options);
    const { size, names } = written;
    const layout = { pack: PACK, file, count: names.length, size, offset: 0, stride: 3 * size ** 2, classes } as const;
    const pack: Pack = { ...layout, ...written, skipped: noted([...skipped, ...errors]) };
    await rename(part, join(packFolder(), file));
    await writeWhole(join(packFolder(), `${key}.json`), JSON.stringify(pack), CACHE_FIX);
    return pack;
  } finally {
    await rm(part, { force: true });
  }
}

/**
 * Decodes a folder's images once into a file in the cache, and returns it. A later call with the same files, labels,
 * geometry and decoder returns the same file. An interrupted call leaves no pack: decoding begins anew. Throws one line
 * where no image can be decoded, where there is no room, and as `decode` does.
 */
export async function packImages(folder: LabelledFolder, options: PackOptions): Promise<Packed> {
  const { resize, classes, decoder } = options;
  const { list: sorted, skipped } = await sized(folder);
  const list = mixed(sorted);
  const files = list.map(({ name, label, also, bytes, changed }) => [name, label, also ?? null, bytes, changed]);
  const identity = JSON.stringify([PACK, decoder, resize ?? null, classes, folder.root, files, skipped]);
  const key = createHash('sha256').update(identity).digest('hex').slice(0, 32);
  const path = join(packFolder(), `${key}.json`);
  let release = async () => {};
  try {
    await mkdir(packFolder(), { recursive: true });
    release = await markUsed(key);
    const known = await findPack(path);
    if (known !== undefined) await touchPack(key);
    return { path, pack: known ?? (await writePack({ key, root: folder.root, list, skipped }, options)), release };
  } catch (error) {
    await release();
    throw (error as NodeJS.ErrnoException).syscall === undefined ? error : cannotWrite(packFolder(), error, CACHE_FIX);
  }
}
