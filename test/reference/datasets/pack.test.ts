import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ReadFile } from '../../../reference/datasets/dataset.ts';
import { openPack } from '../../../reference/datasets/open-pack.ts';
import { packImages } from '../../../reference/datasets/pack.node.ts';
import { parsePack } from '../../../reference/datasets/pack.ts';
import { RAW } from '../../../reference/datasets/preprocessing.ts';
import { at, decode, decoded, lines, listSet, PIXELS, pack, RESIZE, SIDE } from './made-set.ts';

const reader = (): { read: ReadFile; longest: () => number } => {
  let longest = 0;
  const read: ReadFile = async (location, range) => {
    if (range === undefined) return new Uint8Array(await readFile(location));
    longest = Math.max(longest, range.length);
    const file = await open(location);
    const { buffer, bytesRead } = await file.read(new Uint8Array(range.length), 0, range.length, range.start);
    await file.close();
    expect(bytesRead).toBe(range.length);
    return buffer;
  };
  return { read, longest: () => longest };
};

describe('a pack', () => {
  it('holds the decoded images, and says which are left out and which are equal', async () => {
    const { path, pack: made } = await pack({});
    const pixels = readFileSync(join(at('cache', 'packs'), made.file));
    expect([made.count, made.size, made.labels, made.names]).toEqual([
      4,
      SIDE,
      [0, 0, 1, 1],
      ['a/2.png', 'a/1.png', 'b/4.png', 'b/5.png'],
    ]);
    expect(pixels.equals(Buffer.concat([...'2115'].map((one) => Buffer.alloc(PIXELS, one))))).toBe(true);
    expect(made.sha256).toBe(createHash('sha256').update(pixels).digest('hex'));
    expect(made.skipped).toEqual({ count: 1, first: [{ name: 'a/3.png', reason: 'it is broken' }] });
    expect(made.duplicates).toEqual({
      count: 1,
      first: [{ name: 'b/4.png', reason: 'the same image as a/1.png, which has another label' }],
    });
    expect(parsePack(readFileSync(path, 'utf8'))).toEqual(made);
    expect(lines.join()).toMatch(/^Decoding 5 images to 4×4 once: 0.24 kB of disk in /);
  });

  it('mixes the classes, so that its first images are a fair sample', async () => {
    for (let i = 0; i < 40; i++) for (const name of ['a', 'b']) writeFileSync(at('set', name, `x${i}.png`), `${i}`);
    const { pack: made } = await pack({});
    const first = made.labels.slice(0, 20).filter((label) => label === 0).length;
    expect(Math.min(first, 20 - first)).toBeGreaterThan(5);
    rmSync(at('set/a/1.png'));
    const without = (await pack({})).pack.names;
    expect(without).toEqual(made.names?.filter((name) => name !== 'a/1.png'));
  });

  it('holds other right classes where there are any', async () => {
    const listed = await listSet();
    const images = listed.images.map((image) => (image.name === 'a/1.png' ? { ...image, also: [1] } : image));
    const options = { resize: RESIZE, classes: 2, decode, decoder: 'test 1', log: () => {} };
    const { whole, path: journal } = await packImages({ ...listed, images }, options);
    const made = await whole();
    const path = at('cache/packs', made.file.replace(/\..*/, '.json'));
    expect((await openPack(journal, RAW, reader().read)).also).toEqual([[], [1], [], []]);
    expect(made.also).toEqual([[], [1], [], []]);
    expect((await openPack(path, RAW, reader().read)).also).toEqual(made.also);
    expect((await pack({})).path).not.toBe(path);
  });

  it('is found again until a file, the geometry or the decoder changes', async () => {
    const first = await pack({});
    const count = decoded.length;
    expect((await pack({})).path).toBe(first.path);
    expect(decoded).toHaveLength(count);
    writeFileSync(at('set/a/2.png'), '9');
    const second = await pack({});
    expect(second.path).not.toBe(first.path);
    expect(second.pack.sha256).not.toBe(first.pack.sha256);
    expect((await pack({ decoder: 'test 2' })).path).not.toBe(second.path);
    expect((await pack({ resize: { ...RESIZE, interpolation: 'bicubic' } })).path).not.toBe(second.path);
  });

  it('whose file is too short is made again', async () => {
    const { path, pack: made, release } = await pack({});
    await release();
    // A file that is shorter than its description says is made again.
    writeFileSync(join(at('cache', 'packs'), made.file), 'short');
    const again = await pack({});
    expect([again.path, { ...again.pack, file: '' }]).toEqual([path, { ...made, file: '' }]);
    expect(readFileSync(join(at('cache', 'packs'), again.pack.file))).toHaveLength(4 * PIXELS);
  });

  it('is refused where no image can be decoded, and where a file is gone', async () => {
    writeFileSync(at('set/a/1.png'), 'broken');
    const all = async function* (paths: readonly string[]) {
      for (const index of paths.keys()) yield { index, error: 'it is broken' };
    };
    await expect(pack({ decode: all })).rejects.toThrow(/no image in .* can be decoded: a\/2.png: it is broken/);
    const listed = await listSet();
    rmSync(at('set/b/5.png'));
    const options = { resize: RESIZE, classes: 2, decode, decoder: '', log: () => {} };
    const made = await (await packImages(listed, options)).whole();
    expect(made.skipped.first).toContainEqual({ name: 'b/5.png', reason: 'it cannot be read (ENOENT)' });
  });

  it('is read by range, a few images at a time, and a changed pixel is found', async () => {
    const { path, pack: made } = await pack({});
    const { read, longest } = reader();
    const set = await openPack(path, RAW, read);
    expect([set.count, set.classes, [...(set.labels as number[])], set.sha256]).toEqual([
      4,
      2,
      [0, 0, 1, 1],
      made.sha256,
    ]);
    expect([...(await set.image(3))]).toEqual(Array.from({ length: PIXELS }, () => '5'.charCodeAt(0)));
    expect(longest()).toBe(4 * PIXELS);
    for (const i of [-1, 4, 0.5]) await expect(set.image(i)).rejects.toThrow(`no image ${i} among 4`);
    const file = join(at('cache', 'packs'), made.file);
    const bytes = readFileSync(file);
    bytes[2 * PIXELS + 7] = 0;
    writeFileSync(file, bytes);
    const changed = await openPack(path, RAW, read);
    await expect(changed.image(2)).rejects.toThrow(/image 2 in .* is damaged: delete that file and run again/);
    await changed.image(1);
  });

  it('larger than a block is never read whole', async () => {
    const size = 1024;
    const crop = { shorterSide: size, crop: size, interpolation: 'bilinear' } as const;
    const large = async function* (paths: readonly string[]) {
      for (const index of paths.keys())
        yield { index, pixels: new Uint8Array(3 * size * size).fill(index), width: size, height: size };
    };
    const { path } = await pack({ resize: crop, decode: large });
    const { read, longest } = reader();
    const set = await openPack(path, RAW, read);
    for (let i = 0; i < set.count; i++) expect((await set.image(i))[99]).toBe(i);
    expect(longest()).toBe(3 * size * size);
  });

  it.each([
    [{ pack: 2 }, 'another format'],
    [{ file: '../x' }, 'file'],
    [{ labels: [0, 0, 1, 2] }, 'labels'],
    [{ stride: 1 }, 'sizes'],
    [{ digests: [] }, 'digests'],
  ])('description with %j is refused', async (change, what) => {
    const { path, pack: made } = await pack({});
    writeFileSync(path, JSON.stringify({ ...made, ...change }));
    await expect(openPack(path, RAW, reader().read)).rejects.toThrow(what);
  });
});
