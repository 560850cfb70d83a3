import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import type { Decoded } from '../../../reference/datasets/decode-worker.node.ts';
import { labelFolder } from '../../../reference/datasets/labelled-folder.node.ts';
import { type PackOptions, packImages } from '../../../reference/datasets/pack.node.ts';

// A folder of five files in two classes, and a decoder of them, made anew for each test.

export const SIDE = 4;
export const PIXELS = 3 * SIDE * SIDE;
export const RESIZE = { shorterSide: SIDE, crop: SIDE, interpolation: 'bilinear' } as const;

let folder: string;
/** Paths of files that were decoded, and lines that were logged. */
export let decoded: string[];
export let lines: string[];
/** A path in the test's folder. */
export const at = (...parts: string[]) => join(folder, ...parts);
export const packs = () => readdirSync(at('cache', 'packs')).filter((name) => /\.(?:json|pack)$/.test(name));

/** Stands for a decoder: an image is its file's first byte throughout; a file that says so cannot be decoded. */
export async function* decode(paths: readonly string[]): AsyncGenerator<Decoded> {
  for (const [index, path] of paths.entries()) {
    const bytes = readFileSync(path);
    decoded.push(path);
    if (bytes.toString() === 'broken') yield { index, error: 'it is broken' };
    else yield { index, pixels: new Uint8Array(PIXELS).fill(bytes[0] ?? 0), width: SIDE, height: SIDE };
  }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resnet-pack-'));
  [decoded, lines] = [[], []];
  vi.stubEnv('RESNET_CACHE', at('cache'));
  vi.stubEnv('RESNET_CACHE_LIMIT', undefined);
  for (const name of ['a', 'b']) mkdirSync(at('set', name), { recursive: true });
  const files = { 'a/1.png': '1', 'a/2.png': '2', 'a/3.png': 'broken', 'b/4.png': '1', 'b/5.png': '5' };
  for (const [name, content] of Object.entries(files)) writeFileSync(at('set', name), content);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** The folder's images with their classes. */
export const listSet = () =>
  labelFolder({ folder: at('set'), labels: undefined }, { model: 'net', classes: 2, names: undefined });

export const begin = async (more: Partial<PackOptions>) => {
  const log = (line: string) => lines.push(line);
  return packImages(await listSet(), { resize: RESIZE, classes: 2, decode, decoder: 'test 1', log, ...more });
};

/** The folder's pack, wholly decoded: its description, and where that is. */
export async function pack(more: Partial<PackOptions>) {
  const { whole, release } = await begin(more);
  const made = await whole().catch(async (error) => {
    await release();
    throw error;
  });
  const path = at('cache', 'packs', made.file.replace(/\..*/, '.json'));
  return { path, pack: made, release };
}
