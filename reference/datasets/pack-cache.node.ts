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

type Kept = { readonly key: string; readonly bytes: number; readonly used: number };

/** A pack's two files. The description comes first: a pack without it is none. */
const filesOf = (key: string): readonly string[] => [`${key}.json`, `${key}.pack`];

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

/** Packs in the cache, the least recently used first, without those that living processes use. */
async function unused(folder: string): Promise<{ readonly kept: readonly Kept[]; readonly total: number }> {
  const names = await readdir(folder).catch((): string[] => []);
  const busy = new Set<string>();
  for (const name of names) {
    const [, key = '', text = ''] = name.match(/^([0-9a-f]+)\.\d+\.(.+)\.use$/) ?? [];
    const owner = parseOwner(text);
    if (owner === undefined) continue;
    if (isDead(owner, thisOwner())) await rm(join(folder, name), { force: true });
    else busy.add(key);
  }
  const all: Kept[] = [];
  // A run that was killed at the wrong time leaves a file of pixels without its description.
  const keys = new Set(names.flatMap((name) => name.match(/^([0-9a-f]+)\.(?:json|pack)$/)?.[1] ?? []));
  for (const key of keys) {
    const found = await Promise.all(filesOf(key).map((file) => stat(join(folder, file)).catch(() => undefined)));
    const bytes = found.reduce((sum, one) => sum + (one?.size ?? 0), 0);
    all.push({ key, bytes, used: found[0]?.mtimeMs ?? 0 });
  }
  return {
    kept: all.filter(({ key }) => !busy.has(key)).sort((a, b) => a.used - b.used),
    total: all.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/**
 * Makes room for a pack of so many bytes: removes the packs that were not used for longest until all fit into the limit
 * and onto the disk. Throws one line with a fix where they cannot.
 */
export async function makeRoom(need: number, log: (line: string) => void): Promise<void> {
  const folder = packFolder();
  const limit = cacheLimit(process.env.RESNET_CACHE_LIMIT);
  if (need > limit)
    throw new Error(
      `the decoded images take ${bytesText(need)}, over the ${bytesText(limit)} that the cache may hold: set RESNET_CACHE_LIMIT to more, or take fewer images`,
    );
  const free = async () => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  };
  const { kept, total } = await unused(folder);
  let left = total;
  for (const { key, bytes } of kept) {
    if (left + need <= limit && (await free()) >= need) break;
    for (const file of filesOf(key)) await rm(join(folder, file), { force: true });
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
