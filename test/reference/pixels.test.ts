import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeRgb } from '../../reference/datasets/decode.node.ts';
import type { Resize } from '../../reference/datasets/preprocessing.ts';
import { resizeCrop } from '../../reference/datasets/resize-crop.ts';

// scripts/golden_pixels.py writes these files with Debian's Pillow and torchvision.

type Way = readonly [shorterSide: number, crop: number, interpolation: Resize['interpolation']];
type Row = readonly [
  name: string,
  bytes: number,
  width: number,
  height: number,
  decoded: number,
  crops: readonly number[],
  tensor?: string,
];

const folder = join(import.meta.dirname, 'pixels');
const golden = JSON.parse(readFileSync(join(folder, 'pixels.json'), 'utf8')) as {
  made: { pillow: string };
  ways: readonly Way[];
  tensorWay: Way;
  images: readonly Row[];
};
const mlperf = JSON.parse(readFileSync(join(folder, 'area.json'), 'utf8')) as {
  made: { opencv: string };
  ways: readonly Way[];
  crops: readonly (readonly number[])[];
};
const pack = readFileSync(join(folder, 'pixels.bin'));

const wayOf = ([shorterSide, crop, interpolation]: Way): Resize => ({ shorterSide, crop, interpolation });
let next = 0;
const images = golden.images.map((row) => {
  const bytes = pack.subarray(next, next + row[1]);
  next += row[1];
  return { row, bytes };
});
const decoded = await Promise.all(images.map(async ({ row, bytes }) => ({ row, image: await decodeRgb(bytes) })));

/** Images that are not decoded as Pillow does, with the largest difference of a byte. There are none. */
const EXCEPTIONS = new Map<string, number>();

describe(`pixels of Pillow ${golden.made.pillow}`, () => {
  it('are of at least 300 images, in three formats', () => {
    expect(next).toBe(pack.length);
    expect(images.length).toBeGreaterThanOrEqual(300);
    for (const format of ['jpeg', 'png', 'webp'])
      expect(images.filter(({ row: [name] }) => name.includes(format)).length).toBeGreaterThan(100);
  });

  it('are decoded bit for bit', () => {
    const different: string[] = [];
    for (const { row, image } of decoded) {
      const [name, , width, height, crc] = row;
      expect([image.width, image.height, image.data.length], name).toEqual([width, height, 3 * width * height]);
      if (crc32(image.data) !== crc) different.push(name);
    }
    expect(different).toEqual([...EXCEPTIONS.keys()]);
  });

  it.each(golden.ways.map((way, i) => [way.join(' '), wayOf(way), i] as const))(
    'are resized and cropped bit for bit: %s',
    (_, how, i) => {
      const different = decoded.flatMap(({ row, image }) =>
        crc32(resizeCrop(image, how)) === row[5][i] ? [] : [row[0]],
      );
      expect(different).toEqual([...EXCEPTIONS.keys()]);
    },
  );

  it.each(mlperf.ways.map((way, i) => [way.join(' '), wayOf(way), i] as const))(
    `are resized by area and cropped as OpenCV ${mlperf.made.opencv} and MLPerf do, bit for bit: %s`,
    (_, how, i) => {
      const different = decoded.flatMap(({ row, image }, number) =>
        crc32(resizeCrop(image, how)) === mlperf.crops[number]?.[i] ? [] : [row[0]],
      );
      expect(different).toEqual([]);
    },
  );

  it("are within 1 of torchvision's resize of a tensor, nearly all equal", () => {
    let [values, unequal, largest] = [0, 0, 0];
    for (const { row, image } of decoded) {
      if (row[6] === undefined) continue;
      const expected = Buffer.from(row[6], 'base64');
      const actual = resizeCrop(image, wayOf(golden.tensorWay));
      expect(actual.length, row[0]).toBe(expected.length);
      for (let k = 0; k < expected.length; k++) {
        const difference = Math.abs((actual[k] as number) - (expected[k] as number));
        largest = Math.max(largest, difference);
        values++;
        if (difference > 0) unequal++;
      }
    }
    expect(values).toBeGreaterThan(10_000);
    expect(largest).toBeLessThanOrEqual(1);
    expect(unequal / values).toBeLessThan(0.002);
  });
});
