import type { Stats } from 'node:fs';
import { readdir, rm, stat, statfs, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDead, ownerText, parseOwner, thisOwner } from '../owner.node.ts';
import { cacheFolder } from '../weights/checkpoint-files.node.ts';

/** Default of RESNET_CACHE_LIMIT, in bytes: two sets of 50,000 images at 224×224. */
const LIMIT = 20e9;

const UNITS: { readonly [unit: string]: number } = { '': 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** Bytes as text: `7.5 GB`. */
export function bytesText(bytes: number): string {
  const [unit, size] = bytes < 1e6 ? ['kB', 1e3] : bytes < 1e9 ? ['MB', 1e6] : ['GB', 1e9];
  return `${Number((bytes / size).toPrecision(3))} ${unit}`;
}

/** The bytes that decoded images may take in the cache: RESNET_CACHE_LIMIT, such as `8GB`. Throws where it is no size. */
export function cacheLimit(text: string | undefined): number {
  if (text === undefined || text === '') return LIMIT;
  const [, number, unit = ''] = text.trim().match(/^(\d+(?:\.\d+)?)\s*([KMGT]B)?$/i) ?? [];
  if (number === undefined) throw new Error(`RESNET_CACHE_LIMIT is '${text}': write bytes, or a size such as 8GB`);
  return Number(number) * (UNITS[unit.toUpperCase()] ?? 1);
}

/** The cache's folder of decoded images. */
export const packFolder = (): string => join(cacheFolder(), 'packs');

/** What the cache holds of a pack: its files, their bytes, those that have a place on the disk, and when it was used. */
type Kept = {
  readonly key: string;
  readonly names: readonly string[];
  readonly bytes: number;
  readonly onDisk: number;
  readonly used: number;
};

/** The key of a pack, in the name of its description, of its pixels, and of the journal that they have meanwhile. */
const NAME = /^([0-9a-f]+)\..*(?:json|pack|journal)$/;

let marks = 0;

/**
 * Marks a pack as used by this process, so that no other run removes it. Returns what takes the mark away; those of a
 * dead process count no more.
 */
export async function markUsed(key: string): Promise<() => Promise<void>> {
  const mark = join(packFolder(), `${key}.${++marks}.${ownerText(thisOwner())}.use`);
  await writeFile(mark, '');
  return () => rm(mark, { force: true });
}

/** Notes that a pack is used now. */
export const touchPack = (key: string): Promise<void> => {
  const now = new Date();
  return utimes(join(packFolder(), `${key}.json`), now, now);
};

async function keptOf(folder: string, key: string, names: readonly string[]): Promise<Kept> {
  const found = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => undefined)));
  const sum = (of: (one: Stats) => number) => found.reduce((all, one) => all + (one === undefined ? 0 : of(one)), 0);
  // A file of pixels says nothing about its use: a run that was killed at the wrong time leaves it alone.
  const times = found.map((one, i) => (names[i]?.endsWith('.pack') ? 0 : (one?.mtimeMs ?? 0)));
  return {
    key,
    names,
    bytes: sum(({ size }) => size),
    // Windows does not say how many blocks a file has.
    onDisk: sum(({ blocks, size }) => (blocks === undefined ? size : Math.min(size, 512 * blocks))),
    used: Math.max(0, ...times),
  };
}

/** Packs in the cache, whole or not, the least recently used first, and whether living processes use them. */
async function allPacks(folder: string): Promise<(Kept & { readonly isBusy: boolean })[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const busy = new Set<string>();
  for (const name of names) {
    const [, key = '', text = ''] = name.match(/^([0-9a-f]+)\.\d+\.(.+)\.use$/) ?? [];
    const owner = parseOwner(text);
    if (owner === undefined) continue;
    if (isDead(owner, thisOwner())) await rm(join(folder, name), { force: true });
    else busy.add(key);
  }
  const byKey = new Map<string, string[]>();
  for (const name of names) {
    const key = name.match(NAME)?.[1];
    if (key !== undefined) byKey.set(key, [...(byKey.get(key) ?? []), name]);
  }
  const all = await Promise.all([...byKey].map(([key, files]) => keptOf(folder, key, files)));
  return all.map((one) => ({ ...one, isBusy: busy.has(one.key) })).sort((a, b) => a.used - b.used);
}

/**
 * Makes room for a pack of `need` bytes. A part of it may be on the disk already. Removes packs, those unused for longest
 * first, until all fit into the limit and onto the disk. Throws one line with a fix where they cannot.
 */
export async function makeRoom(key: string, need: number, log: (line: string) => void): Promise<void> {
  const folder = packFolder();
  const limit = cacheLimit(process.env.RESNET_CACHE_LIMIT);
  if (need > limit)
    throw new Error(
      `the decoded images take ${bytesText(need)}, over the ${bytesText(limit)} that the cache may hold: set RESNET_CACHE_LIMIT to more, or take fewer images`,
    );
  const all = await allPacks(folder);
  const others = all.filter((one) => one.key !== key);
  const own = all.find((one) => one.key === key)?.onDisk ?? 0;
  const free = async () => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize + own;
  };
  let left = others.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { names, bytes, isBusy } of others) {
    if (isBusy) continue;
    if (left + need <= limit && (await free()) >= need) break;
    // The description goes first: a pack without it is none.
    for (const name of [...names].sort()) await rm(join(folder, name), { force: true });
    left -= bytes;
    log(`Removed decoded images of ${bytesText(bytes)} from the cache, unused for longest`);
  }
  if (left + need > limit)
    throw new Error(
      `the decoded images take ${bytesText(need)}, and other runs use ${bytesText(left)} of the ${bytesText(limit)} that the cache may hold: set RESNET_CACHE_LIMIT to more`,
    );
  const space = await free();
  if (space < need)
    throw new Error(
      `the decoded images take ${bytesText(need)}, and ${folder} has ${bytesText(space)} free: free some space, or set RESNET_CACHE to another folder`,
    );
}
