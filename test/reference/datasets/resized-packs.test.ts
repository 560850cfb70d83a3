import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Decoded } from '../../../reference/datasets/decode-worker.node.ts';
import { geometriesBeside } from '../../../reference/datasets/geometries.ts';
import { parsePack } from '../../../reference/datasets/pack.ts';
import type { Resize } from '../../../reference/datasets/preprocessing.ts';
import { evenly, type ResizedOptions, resizedImages } from '../../../reference/datasets/resized-packs.node.ts';
import { at, decode, decoded, lines, listSet, PIXELS, packs, RESIZE } from './made-set.ts';

/** Stands for a decoder that resizes: an image is its file's first byte plus the number of the way. */
async function* decodeWays(paths: readonly string[], ways: readonly Resize[]): AsyncGenerator<Decoded> {
  for await (const one of decode(paths))
    if ('error' in one) yield one;
    else {
      const pixels = Uint8Array.from({ length: ways.length * PIXELS }, (_, i) => {
        const way = ways[Math.floor(i / PIXELS)];
        return (one.pixels[0] ?? 0) + (way?.interpolation === 'nearest' ? 100 : 0);
      });
      yield { ...one, pixels };
    }
}

const resized = async (more: Partial<ResizedOptions>) =>
  resizedImages(await listSet(), {
    resize: RESIZE,
    classes: 2,
    decode: decodeWays,
    decoder: 'test 1',
    log: (line) => lines.push(line),
    ...more,
  });

const WAYS = 1 + geometriesBeside(RESIZE).length;

describe('images resized in other ways', () => {
  it('are packs of the same images, which are decoded once, and only when they are wanted', async () => {
    const found = await resized({});
    expect([found.ways.length, found.files.length, decoded]).toEqual([WAYS, 2 * WAYS, []]);
    await found.make();
    expect(decoded).toHaveLength(5);
    expect(packs()).toHaveLength(2 * WAYS);
    const made = found.ways.map(({ path }) => parsePack(readFileSync(path, 'utf8')));
    for (const one of made) {
      expect(one.names).toEqual(made[0]?.names);
      expect(one).toMatchObject({
        count: 4,
        size: 4,
        classes: 2,
        labels: [0, 1, 0, 1].map((_, i) => made[0]?.labels[i]),
      });
    }
    expect([...(made[0]?.names ?? [])].sort()).toEqual(['a/1.png', 'a/2.png', 'b/4.png', 'b/5.png']);
    const bytesOf = (changes: string) => {
      const way = found.ways.findIndex((one) => one.changes.join() === changes);
      return readFileSync(at('cache', 'packs', made[way]?.file ?? ''));
    };
    const nearest = bytesOf('the nearest pixel in place of interpolation');
    expect([...nearest].map((byte) => byte - 100)).toEqual([...bytesOf('')]);
    expect(lines).toEqual([
      expect.stringMatching(/^Decoding 5 images to try \d+ ways to resize them: \S+ kB of disk in /),
    ]);
    await found.release();
  });

  it('are found again, and decoded again where a file, the request or the decoder changes', async () => {
    const first = await resized({});
    await first.make();
    const again = await resized({});
    await again.make();
    expect(again.ways).toEqual(first.ways);
    expect(decoded).toHaveLength(5);
    // What is gone is decoded again, alone.
    rmSync(first.ways[3]?.path ?? '');
    await (await resized({})).make();
    expect([decoded.length, lines.at(-1)]).toEqual([10, expect.stringContaining('to try 1 way to')]);
    const other = await resized({ resize: { ...RESIZE, interpolation: 'bicubic' } });
    // Each request is one of the other's ways.
    const paths = first.ways.map(({ path }) => path);
    expect(other.ways.filter(({ path }) => paths.includes(path)).length).toBeGreaterThan(1);
    const places = async (more: Partial<ResizedOptions>) => (await resized(more)).ways.map(({ path }) => path);
    expect(await places({ decoder: 'test 2' })).not.toEqual(paths);
    writeFileSync(at('set', 'a', '1.png'), 'another');
    expect(await places({})).not.toEqual(paths);
    for (const one of [first, again, other]) await one.release();
  });

  it('leave nothing where they cannot be decoded', async () => {
    const failing = await resized({
      // biome-ignore lint/correctness/useYield: it fails before the first image.
      async *decode() {
        throw new Error('no worker starts');
      },
    });
    await expect(failing.make()).rejects.toThrow('no worker starts');
    await failing.release();
    expect(packs()).toEqual([]);
    for (const name of ['a/1.png', 'a/2.png', 'b/4.png', 'b/5.png']) writeFileSync(at('set', name), 'broken');
    await expect((await resized({})).make()).rejects.toThrow(/^no image in .*set can be decoded$/);
  });

  it('are of every class in turn', () => {
    const images = [0, 0, 0, 0, 0, 1, 1, 2].map((label, i) => ({ name: `${i}`, label }));
    const some = evenly(images, 5).map(({ label }) => label);
    expect(some.slice(0, 3).sort()).toEqual([0, 1, 2]);
    expect(some.slice(3).sort()).toEqual([0, 1]);
    expect(evenly(images, 100)).toHaveLength(8);
    expect(evenly([...images].reverse(), 5)).toEqual(evenly(images, 5));
  });
});

describe('usual ways to resize', () => {
  it('differ from the request and from each other, and keep the size of the crop', () => {
    const asked = { shorterSide: 256, crop: 224, interpolation: 'bilinear' } as const;
    const requests: Resize[] = [asked, { ...asked, interpolation: 'area' }, { ...asked, fit: 'squash' }];
    for (const request of requests) {
      const all = geometriesBeside(request);
      const texts = [request, ...all.map(({ resize }) => resize)].map(({ shorterSide, crop, interpolation, fit }) =>
        JSON.stringify([shorterSide, crop, interpolation, fit ?? null]),
      );
      expect(new Set(texts).size).toBe(texts.length);
      expect(all.every(({ resize, changes }) => resize.crop === 224 && changes.length > 0)).toBe(true);
    }
    const changes = geometriesBeside(asked).flatMap((one) => one.changes);
    expect(changes).toContain('a shorter side of 232 pixels, of which 224 are kept');
    expect(changes).toContain('both sides squashed to 224 pixels, of which 224 are kept');
    expect(changes).toContain('bilinear interpolation without antialiasing');
  });
});
