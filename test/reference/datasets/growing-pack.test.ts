import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import type { ReadFile } from '../../../reference/datasets/dataset.ts';
import type { Decoded } from '../../../reference/datasets/decode-worker.node.ts';
import { openPack } from '../../../reference/datasets/open-pack.ts';
import { RAW } from '../../../reference/datasets/preprocessing.ts';
import { at, begin, decode, decoded, lines, PIXELS, pack, packs } from './made-set.ts';

const read: ReadFile = async (location, range) => {
  if (range === undefined) return new Uint8Array(await readFile(location));
  const file = await open(location);
  const { buffer, bytesRead } = await file.read(new Uint8Array(range.length), 0, range.length, range.start);
  await file.close();
  expect(bytesRead).toBe(range.length);
  return buffer;
};

const quiet = () => new Promise((resolve) => setTimeout(resolve, 30));

/** Decodes one more file at each call of the returned function. */
function stepwise() {
  const waiting: (() => void)[] = [];
  const step = async function* (paths: readonly string[]): AsyncGenerator<Decoded> {
    for await (const one of decode(paths)) {
      yield one;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return { step, next: () => vi.waitFor(() => (waiting.length > 0 ? waiting.shift()?.() : Promise.reject())) };
}

/** Decodes so many files, and leaves them as a killed process does. */
async function interrupted(files: number): Promise<void> {
  const some = async function* (paths: readonly string[]) {
    yield* decode(paths.slice(0, files));
    throw new Error('killed');
  };
  const { whole, release } = await begin({ decode: some });
  await expect(whole()).rejects.toThrow('killed');
  await release();
}

describe('a pack that is being decoded', () => {
  it('goes on only while somebody wants it', async () => {
    const { resume, isOpen, release, begun } = await begin({});
    await quiet();
    expect(decoded).toEqual([]);
    await begun();
    await quiet();
    const first = decoded.length;
    expect(first).toBeLessThan(5);
    const pause = resume();
    await vi.waitFor(() => expect(isOpen()).toBe(false));
    pause();
    expect(decoded).toHaveLength(5);
    await release();
  });

  it('is read while it grows, and is whole at the end', async () => {
    const { step, next } = stepwise();
    const { path, begun, resume, release, listed } = await begin({ decode: step });
    expect(listed).toBe(5);
    await begun();
    const set = await openPack(path, RAW, read);
    expect([set.count, set.listed, set.sha256, set.skipped]).toEqual([1, 5, undefined, undefined]);
    expect([...(await set.image(0))]).toEqual(Array(PIXELS).fill('2'.charCodeAt(0)));
    await expect(set.image(1)).rejects.toThrow('no image 1 among 1');
    resume();
    let has = 0;
    const more = set.reach?.(3).then((now) => {
      has = now.count;
      return now;
    });
    await quiet();
    expect(has).toBe(0);
    for (let i = 0; i < 4; i++) await next();
    expect((await more)?.count).toBeGreaterThanOrEqual(3);
    await next();
    const whole = await set.reach?.(Number.POSITIVE_INFINITY);
    expect(whole).toMatchObject({ count: 4, labels: [0, 0, 1, 1], skipped: { count: 1 }, duplicates: { count: 1 } });
    expect(whole?.reach).toBeUndefined();
    expect([...((await whole?.image(3)) ?? [])]).toEqual(Array(PIXELS).fill('5'.charCodeAt(0)));
    await release();
    expect(readdirSync(at('cache/packs')).some((name) => name.endsWith('.journal'))).toBe(false);
  });

  it.each([1, 2, 3, 4])('that ended after %i files goes on after them, and its hash is of all', async (files) => {
    const plain = await pack({ decoder: 'another' });
    decoded.length = 0;
    await interrupted(files);
    decoded.length = 0;
    const { pack: made, release } = await pack({});
    expect(decoded).toHaveLength(5 - files);
    expect(lines.join()).toContain(`; ${files} are there from a run that ended early`);
    expect({ ...made, file: '' }).toEqual({ ...plain.pack, file: '' });
    const pixels = readFileSync(at('cache/packs', made.file));
    expect([pixels.length, createHash('sha256').update(pixels).digest('hex')]).toEqual([4 * PIXELS, made.sha256]);
    await release();
  });

  it('is decoded again from the first image on whose pixels were not kept', async () => {
    await interrupted(4);
    const [name = ''] = packs().filter((one) => one.endsWith('.pack'));
    const pixels = readFileSync(at('cache/packs', name));
    pixels[PIXELS + 3] = 0;
    writeFileSync(at('cache/packs', name), pixels);
    decoded.length = 0;
    const { pack: made } = await pack({});
    // Of the four files, one is broken, and the second image is damaged.
    expect(decoded.length).toBeGreaterThan(2);
    expect(
      createHash('sha256')
        .update(readFileSync(at('cache/packs', made.file)))
        .digest('hex'),
    ).toBe(made.sha256);
  });

  it('is decoded once for two that want it at once', async () => {
    const [one, two] = await Promise.all([pack({}), pack({})]);
    expect(one.pack).toEqual(two.pack);
    expect(decoded).toHaveLength(5);
  });

  it('tells its readers why decoding ended', async () => {
    const half = async function* (paths: readonly string[]) {
      yield* decode(paths.slice(0, 2));
      throw new Error('the disk is full');
    };
    const { path, begun, whole } = await begin({ decode: half });
    await begun();
    const set = await openPack(path, RAW, read);
    await expect(whole()).rejects.toThrow('the disk is full');
    await expect(set.reach?.(Number.POSITIVE_INFINITY)).rejects.toThrow('the disk is full');
  });

  it('is nothing where no image can be decoded', async () => {
    const none = async function* (paths: readonly string[]) {
      for (const index of paths.keys()) yield { index, error: 'it is broken' };
    };
    const { begun, release } = await begin({ decode: none });
    await expect(begun()).rejects.toThrow(/no image in .* can be decoded: a\/2.png: it is broken/);
    await release();
    expect(readdirSync(at('cache/packs'))).toEqual([]);
  });
});
