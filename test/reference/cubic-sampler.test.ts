import { describe, expect, it } from 'vitest';
import { tensorBicubic } from '../../reference/datasets/cubic-sampler.ts';
import { resizeCrop } from '../../reference/datasets/resize-crop.ts';
import type { Rgb8 } from '../../reference/datasets/rgb.ts';

/** An image of 5×7 pixels. */
const IMAGE: Rgb8 = { width: 5, height: 7, data: Uint8Array.from({ length: 105 }, (_, i) => (37 * i) % 256) };

const resized = (width: number, height: number): number[] => [
  ...tensorBicubic(IMAGE, { fullWidth: width, fullHeight: height, left: 0, top: 0, width, height }),
];

// Written by OpenCV 5.0.0: cv2.resize(image, (width, height), interpolation=cv2.INTER_CUBIC), planes in turn.
const SMALLER = [
  47, 142, 174, 137, 59, 64, 123, 131, 155, 81, 211, 128, 93, 16, 146, 163, 96, 115, 149, 168, 101, 127, 85, 180, 136,
  53, 70, 109, 133, 141, 200, 205, 127, 90, 122, 105,
];
// biome-ignore format: a picture
const LARGER = [0, 35, 120, 222, 197, 78, 124, 195, 14, 78, 137, 92, 66, 94, 184, 254, 52, 124, 169, 43, 24, 132, 150, 139, 87, 161, 213, 102, 88, 176, 86, 0, 119, 188, 237, 131, 119, 206, 132, 48, 169, 115, 65, 89, 182, 255, 177, 77, 239, 128, 28, 117, 166, 130, 125, 127, 159, 116, 92, 183, 154, 29, 91, 178, 0, 34, 127, 217, 191, 85, 133, 203, 24, 94, 142, 36, 10, 100, 193, 251, 51, 121, 170, 63, 47, 135, 111, 68, 87, 170, 229, 109, 88, 178, 88, 0, 129, 168, 192, 118, 132, 219, 142, 52, 179, 95, 20, 80, 184, 244, 169, 85, 212, 122, 45, 132, 146, 72, 96, 135, 255, 174, 88, 197, 177, 37, 92, 177, 196, 160, 124, 151, 135, 90, 149, 213, 13, 93, 150, 31, 5, 107, 192, 240, 61, 131, 179, 73, 61, 148, 74, 0, 86, 173, 235, 110, 85, 176, 102, 17, 137, 139, 134, 98, 146, 235, 151, 53, 187, 87, 0, 82, 175, 199, 149, 95, 216, 132, 58, 145, 133, 27, 76, 145, 255, 178, 88, 176, 162, 51, 103, 177, 125, 114, 132, 240, 220, 94, 155, 240, 10, 80, 170, 198, 176, 130, 140, 162, 69, 140, 186, 67, 56, 156, 74, 0];

describe('bicubic without antialiasing', () => {
  it.each([
    ['smaller', 3, 4, SMALLER],
    ['larger', 8, 9, LARGER],
  ] as const)('gives the pixels of OpenCV, or their neighbours by rounding: %s', (_, width, height, expected) => {
    const off = resized(width, height).map((value, i) => Math.abs(value - (expected[i] as number)));
    expect(off).toHaveLength(3 * width * height);
    expect(Math.max(...off)).toBeLessThanOrEqual(1);
    expect(off.filter((one) => one > 0).length).toBeLessThanOrEqual(2);
  });

  it('gives a part of the whole, and the image itself where its size stays', () => {
    const whole = resized(8, 9);
    const part = tensorBicubic(IMAGE, { fullWidth: 8, fullHeight: 9, left: 2, top: 3, width: 4, height: 5 });
    const expected = [0, 1, 2].flatMap((channel) =>
      Array.from({ length: 20 }, (_, i) => whole[(channel * 9 + 3 + Math.floor(i / 4)) * 8 + 2 + (i % 4)]),
    );
    expect([...part]).toEqual(expected);
    const planes = [0, 1, 2].flatMap((channel) => [...IMAGE.data].filter((_, i) => i % 3 === channel));
    expect(resized(5, 7)).toEqual(planes);
  });
});

describe('squashing', () => {
  it('resizes both sides, then crops the middle', () => {
    const way = { crop: 4, interpolation: 'bilinear', fit: 'squash' } as const;
    const whole = resizeCrop(IMAGE, { ...way, shorterSide: 4 });
    const scene: Rgb8 = {
      width: 8,
      height: 2,
      data: Uint8Array.from({ length: 48 }, (_, i) => 30 * (Math.floor(i / 3) % 8)),
    };
    expect(whole).toHaveLength(48);
    // A row of eight columns, squashed to four: pairs of them, whatever the height.
    const [first = 0, second = 0, third = 0, fourth = 0] = resizeCrop(scene, { ...way, shorterSide: 4 });
    expect(first < second && second < third && third < fourth).toBe(true);
    expect(first + fourth).toBe(210);
    const middle = resizeCrop(scene, { ...way, crop: 2, shorterSide: 4 });
    expect([...middle.subarray(0, 2)]).toEqual([second, third]);
  });
});
