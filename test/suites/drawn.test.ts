import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ImageSet, ReadFile } from '../../reference/datasets/dataset.ts';
import { DIGITS } from '../../reference/datasets/image-reader.ts';
import { PACK, type Pack } from '../../reference/datasets/pack.ts';
import { byteValues, HALVES, type Preprocessing } from '../../reference/datasets/preprocessing.ts';
import { classifyDrawn } from '../../suites/accuracy/drawn.ts';
import { accuracy, adviceOf, drawnText } from '../../suites/accuracy/figures.ts';
import { joinDrawn } from '../../suites/accuracy/join-drawn.ts';
import { accuracySchema, type DrawnImages } from '../../suites/accuracy/schema.ts';
import type { Session } from '../../suites/contract/backend.ts';
import { DRAWING_WAYS, type DrawImage } from '../../suites/contract/drawing.ts';
import type { Visit } from '../../suites/contract/visit.ts';
import { drawingGroups, locatedImages } from '../../suites/engine/drawn-images.ts';
import { MADE_UP, toolsOf, visitOf } from '../visit.ts';

const [COUNT, SIDE] = [7, 2];
const RESIZE = { shorterSide: SIDE, crop: SIDE, interpolation: 'bilinear' } as const;

/** The pixels of an image: red says its number, of which green is the third and blue the half. */
const pixelsOf = (image: number): Uint8Array =>
  Uint8Array.from(
    { length: 3 * SIDE ** 2 },
    (_, k) => [30 * image, 10 * image, 15 * image][Math.floor(k / SIDE ** 2)] ?? 0,
  );

/** A network of three classes: how red the first pixel is, in steps of 30, by 3. */
function session(preprocessing: Preprocessing, runs: number[]): Session {
  const values = byteValues(preprocessing);
  const channel = preprocessing.order === 'BGR' ? 2 : 0;
  return {
    prepare: (input: Float32Array) => input,
    run: async (input: Float32Array) => {
      runs.push(input.length);
      return Float32Array.from({ length: 3 * 3 }, (_, i) => {
        const red = values.indexOf(input[Math.floor(i / 3) * 3 * SIDE ** 2 + channel * SIDE ** 2] as number);
        return Math.round(red / 30) % 3 === i % 3 ? 5 : 0;
      });
    },
  } as unknown as Session;
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const PIXELS = Array.from({ length: COUNT }, (_, i) => pixelsOf(i));
const LABELS = PIXELS.map((_, i) => i % 3);
const STRIDE = 3 * SIDE ** 2;
const DESCRIPTION: Pack = {
  ...{
    pack: PACK,
    file: 'images.pack',
    count: COUNT,
    size: SIDE,
    offset: 0,
    stride: STRIDE,
    classes: 3,
    labels: LABELS,
  },
  ...{ sha256: '', digests: PIXELS.map((pixels) => hashOf(pixels).slice(0, DIGITS)) },
  ...{ skipped: { count: 0, first: [] }, duplicates: { count: 0, first: [] } },
};

/** Reads the pack, and the encoded files, each of which is the number of its image. */
const read: ReadFile = async (location, range) => {
  if (location === 'images.json') return new TextEncoder().encode(JSON.stringify(DESCRIPTION));
  const [, image] = location.match(/^files\/a%20b\/(\d)\.png$/) ?? [];
  if (image !== undefined) return Uint8Array.of(Number(image));
  const { start, length } = range ?? { start: 0, length: 0 };
  return Uint8Array.from(PIXELS.flatMap((pixels) => [...pixels])).slice(start, start + length);
};

type Given = { readonly draw?: DrawImage; readonly preprocessing?: Preprocessing; readonly deadline?: number };

/** Draws the images of a pack, which are all right by their exact pixels but for image 5. */
async function drawnBy({ draw, preprocessing = { ...HALVES, resize: RESIZE }, deadline = 1e9 }: Given) {
  const images = { dataset: undefined, path: 'images.json', files: 'files/', name: 'a set', preprocessing };
  const visit = visitOf('resnet20.seed0', MADE_UP, SIDE, { batch: 3, images });
  const whole: Visit = { ...visit, network: { ...visit.network, classes: 3 } };
  const tools = toolsOf({ read, ...(draw && { draw }) });
  const set: Pick<ImageSet, 'count' | 'labels' | 'names'> = {
    count: COUNT,
    labels: LABELS.map((label, i) => (i === 5 ? 0 : label)),
    names: Array.from({ length: COUNT }, (_, i) => `a b/${i}.png`),
  };
  const scores = LABELS.map((answer) => ({ answer, confidence: 1, margin: 5, nonfinite: 0 }));
  const runs: number[] = [];
  const given = { first: 0, scores, set: set as ImageSet };
  return {
    found: await classifyDrawn({ session: session(preprocessing, runs), visit: whole, tools }, given, deadline),
    runs,
  };
}

/** Draws as exactly as the pack has it, with a change. */
const drawing =
  (change: (pixels: Uint8Array, way: string, image: number) => Uint8Array): DrawImage =>
  async ([image = -1], _, ways) =>
    ways.map(({ id }) => change(pixelsOf(image), id, image));

const same = { lost: 0, gained: 0, largest: 0, mean: 0, differs: [] };

describe('images that a browser draws', () => {
  it('are the same where the browser draws the exact pixels, and then nothing is classified again', async () => {
    const { found, runs } = await drawnBy({ draw: drawing((pixels) => pixels) });
    expect(found).toEqual({
      ...{ images: COUNT, right: 6 },
      ways: DRAWING_WAYS.map(({ id }) => ({ way: id, right: 6, ...same })),
    });
    expect(runs).toEqual([]);
  });

  it.each([HALVES, { ...HALVES, order: 'BGR' as const }])('are lost and gained way by way: %j', async (values) => {
    const brighter = drawing((pixels, way, image) =>
      way === 'drawImage, high' && (image === 3 || image === 5)
        ? pixels.map((value, k) => (k < SIDE ** 2 ? value + (image === 3 ? 30 : -30) : value))
        : pixels,
    );
    const { found, runs } = await drawnBy({ draw: brighter, preprocessing: { ...values, resize: RESIZE } });
    const change = { exactMargin: 5, margin: 5 };
    expect(found?.ways[2]).toEqual({
      ...{ way: 'drawImage, high', right: 5, lost: 1, gained: 0, largest: 30, mean: expect.closeTo(20 / COUNT, 6) },
      differs: [
        { image: 3, name: 'a b/3.png', exact: 0, got: 1, ...change },
        { image: 5, name: 'a b/5.png', exact: 2, got: 1, ...change },
      ],
    });
    expect(found?.ways[0]).toEqual({ way: 'drawImage, low', right: 6, ...same });
    // One call for each batch that has an image of other pixels.
    expect(runs).toHaveLength(1);
  });

  it('are left out where the browser cannot decode them, or draws another size', async () => {
    const draw = drawing((pixels, _, image) => {
      if (image === 1) throw new Error('The source image could not be decoded.');
      return image === 2 ? pixels.subarray(1) : pixels;
    });
    const { found } = await drawnBy({ draw });
    expect(found).toMatchObject({ images: 5, right: 4 });
    expect(found?.failed).toEqual({
      count: 2,
      first: [
        { name: 'a b/1.png', reason: 'The source image could not be decoded.' },
        { name: 'a b/2.png', reason: 'it is drawn in another size' },
      ],
    });
  });

  it('are drawn in one way where they keep their size', async () => {
    const { found } = await drawnBy({ draw: drawing((pixels) => pixels), preprocessing: HALVES });
    expect(found?.ways.map(({ way }) => way)).toEqual(['drawImage, low']);
  });

  it('are one batch at least, and no more than the time allows; none in Node', async () => {
    const draw = drawing((pixels) => pixels);
    expect((await drawnBy({ draw, deadline: 0 })).found?.images).toBe(3);
    expect((await drawnBy({})).found).toBeUndefined();
  });
});

const part = (image: number, more: Partial<DrawnImages>): DrawnImages => ({
  ...{ images: 10, right: 9 },
  ways: [
    {
      ...{ way: 'drawImage, low', right: 8, lost: 2, gained: 1, largest: image, mean: image },
      differs: [{ image, name: 'x', exact: 0, got: 1, exactMargin: 1, margin: null }],
    },
  ],
  ...more,
});

describe('what a record says of drawn images', () => {
  it('is added up over the parts of a set', () => {
    expect(joinDrawn([])).toBeUndefined();
    expect(joinDrawn([part(4, {})])).toEqual(part(4, {}));
    const failed = { count: 1, first: [{ name: 'y', reason: 'z' }] };
    const joined = joinDrawn([part(30, { images: 30, failed }), part(2, {})]);
    expect(joined).toMatchObject({ images: 40, right: 18, failed });
    expect(joined?.ways).toMatchObject([{ right: 16, lost: 4, gained: 2, largest: 30, mean: 23 }]);
    expect(joined?.ways[0]?.differs.map(({ image }) => image)).toEqual([2, 30]);
  });

  it('is in the schema, in the last lines, and refused where it is another', () => {
    const result = {
      ...{ suite: 'accuracy', dataset: 'a set', images: 10, available: 10, top1: 9, top5: 9, differs: null },
      drawn: part(4, {}),
    };
    const parsed = accuracySchema.parse(result);
    const figures = accuracy([parsed]);
    expect(figures && adviceOf(figures)).toBe(
      "drawn by the browser as web pages do (drawImage, low), 10 images have a Top-1 of 80.00 % instead of 90.00 % (1 of another class, McNemar's p 1.0)",
    );
    const [way] = parsed.drawn?.ways ?? [];
    const ways = way ? [way, { ...way, way: 'b', right: 9 }, { ...way, way: 'a', right: 7 }] : [];
    expect(drawnText({ ...part(4, {}), ways })).toMatch(/ 1\.0\); in other ways 70\.00 % \(a\) to 90\.00 % \(b\)$/);
    expect(accuracySchema.safeParse({ ...result, drawn: { ...result.drawn, images: 0 } }).success).toBe(false);
  });
});

describe('the visit that draws', () => {
  const group = (key: string, host: 'node' | 'browser', device: 'wasm' | 'webgl' | 'cpu', suite: string) => ({
    key,
    row: { ...MADE_UP, host, device },
    cells: [{ model: key.slice(0, 1), suite }] as never,
  });

  it('is one page of each network that is scored, on WebAssembly where there is one', () => {
    const groups = [
      group('a cpu', 'node', 'cpu', 'accuracy'),
      group('a webgl', 'browser', 'webgl', 'accuracy'),
      group('a timed', 'browser', 'wasm', 'latency'),
      group('a wasm', 'browser', 'wasm', 'accuracy'),
      group('a wasm too', 'browser', 'wasm', 'accuracy'),
      group('b webgl', 'browser', 'webgl', 'accuracy'),
      group('b webgl too', 'browser', 'webgl', 'accuracy'),
    ];
    expect([...drawingGroups(groups)]).toEqual(['a wasm', 'b webgl']);
    expect([...drawingGroups(groups.slice(0, 1))]).toEqual([]);
  });

  it('alone gets the encoded files', () => {
    const images = { dataset: undefined, path: '/a', files: '/b/', name: 'a set', preprocessing: HALVES };
    const locate = (path: string) => `at ${path}`;
    expect(locatedImages(images, locate, true)).toMatchObject({ path: 'at /a', files: '/b/' });
    expect(locatedImages(images, locate, false)).not.toHaveProperty('files');
    expect(locatedImages({ ...images, files: undefined }, locate, true)).not.toHaveProperty('files');
  });
});
