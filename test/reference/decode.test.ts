import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeRgb } from '../../reference/datasets/decode.node.ts';
import { resizeCrop, toPlanes } from '../../reference/datasets/resize-crop.ts';
import type { Rgb8 } from '../../reference/datasets/rgb.ts';

const [WIDTH, HEIGHT] = [20, 12];
const pixels = Uint8Array.from({ length: 3 * WIDTH * HEIGHT }, (_, i) => Math.imul(i, 2_654_435_761) >>> 24);
const drawn = () => sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
const jpeg = await drawn().jpeg({ quality: 90 }).toBuffer();
const png = await drawn().png().toBuffer();
const webp = await drawn().webp({ lossless: true }).toBuffer();

function chunk(name: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const out = Buffer.alloc(named.length + 8);
  out.writeUInt32BE(data.length, 0);
  out.set(named, 4);
  out.writeUInt32BE(crc32(named), named.length + 4);
  return out;
}

/** A grey PNG of this size, whose rows are these bytes with their filter. */
function greyPng(width: number, height: number, rows: Uint8Array): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  const parts = [chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', new Uint8Array())];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]);
}

/** A JPEG whose frame says that it has this size. */
function resizedHeader(width: number, height: number): Buffer {
  const out = Buffer.from(jpeg);
  const at = out.indexOf(Buffer.from([0xff, 0xc0]));
  out.writeUInt16BE(height, at + 5);
  out.writeUInt16BE(width, at + 7);
  return out;
}

/** A WebP with a canvas of this size. */
function canvas(width: number, height: number): Buffer {
  const out = Buffer.alloc(30);
  out.write('RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0', 'latin1');
  out.writeUIntLE(width - 1, 24, 3);
  out.writeUIntLE(height - 1, 27, 3);
  return out;
}

const START = png.subarray(0, 16);
const REFUSED: readonly (readonly [what: string, bytes: Uint8Array, reason: RegExp])[] = [
  ['no bytes', new Uint8Array(), /^the file is empty$/],
  ['text', Buffer.from('not an image'), /^this is not a JPEG, PNG or WebP image$/],
  ['another format', Buffer.from('GIF89a\x01\0\x01\0'), /^this is not a JPEG, PNG or WebP image$/],
  ['the first bytes of a JPEG', jpeg.subarray(0, 4), /^the JPEG has no frame$/],
  ['half of a JPEG', jpeg.subarray(0, jpeg.length / 2), /^the JPEG cannot be decoded: premature end of JPEG image$/],
  ['a JPEG without its last 20 bytes', jpeg.subarray(0, -20), /^the JPEG cannot be decoded: premature end/],
  ['half of a PNG', png.subarray(0, png.length / 2), /^the PNG cannot be decoded: it is damaged or ends too early$/],
  ['the first bytes of a PNG', START, /^the PNG has no header$/],
  ['half of a WebP', webp.subarray(0, webp.length / 2), /^the WebP cannot be decoded: /],
  ['the first bytes of a WebP', webp.subarray(0, 20), /^the WebP has no header$/],
  ['a WebP without an image', canvas(4, 4), /^the WebP cannot be decoded: /],
  ['a PNG without pixels', greyPng(0, 3, new Uint8Array()), /^the PNG has no pixels$/],
  ['a JPEG without rows', resizedHeader(20, 0), /^the JPEG has no pixels$/],
  ['a bomb in PNG', greyPng(60_000, 60_000, new Uint8Array(9)), /^the PNG has 60000×60000 pixels, over the 178956970 /],
  ['a bomb in JPEG', resizedHeader(65_500, 65_500), /^the JPEG has 65500×65500 pixels, over the 178956970 /],
  ['a bomb in WebP', canvas(16_384, 16_384), /^the WebP has 16384×16384 pixels, over the 178956970 /],
];

describe('decodeRgb', () => {
  it.each(REFUSED)('refuses %s in one line', async (_, bytes, reason) => {
    const message = await decodeRgb(bytes).then(
      () => 'decoded',
      (error: Error) => error.message,
    );
    expect(message).toMatch(reason);
    expect(message).toMatch(/^[^\n]{1,200}$/);
  });

  it.each([
    ['JPEG', jpeg],
    ['PNG', png],
    ['WebP', webp],
  ])('refuses a %s that ends at any byte before its last 16, or decodes all of it', async (_, file) => {
    const whole = await decodeRgb(file);
    for (let end = 0; end < file.length; end++) {
      const image = await decodeRgb(file.subarray(0, end)).catch(() => undefined);
      if (end < file.length - 16) expect(image, `${end} bytes`).toBeUndefined();
      else if (image !== undefined) expect(image).toEqual(whole);
    }
  });

  it('refuses a bomb without decoding it', async () => {
    const before = process.memoryUsage().rss;
    const bomb = greyPng(60_000, 60_000, new Uint8Array(1e6));
    await expect(decodeRgb(bomb)).rejects.toThrow('over the 178956970 that are decoded');
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 27);
  });

  it('goes by the content, not by what a file is called', async () => {
    expect((await decodeRgb(png)).data).toEqual(pixels);
    expect((await decodeRgb(webp)).data).toEqual(pixels);
  });

  it('reads a file inside of a larger buffer', async () => {
    const around = Buffer.concat([Buffer.alloc(3), png, Buffer.alloc(5)]);
    expect((await decodeRgb(around.subarray(3, 3 + png.length))).data).toEqual(pixels);
  });
});

describe('resizeCrop', () => {
  const grey = (width: number, height: number, value: (x: number, y: number) => number): Rgb8 => ({
    width,
    height,
    data: Uint8Array.from({ length: 3 * width * height }, (_, i) => {
      const at = Math.floor(i / 3);
      return value(at % width, Math.floor(at / width));
    }),
  });

  it('pads what is smaller than the crop with zeros, by one more after it than before it', () => {
    const out = resizeCrop(
      grey(2, 3, () => 9),
      { shorterSide: 2, crop: 5, interpolation: 'bicubic' },
    );
    const row = (y: number) => [...out.subarray(5 * y, 5 * y + 5)];
    expect([0, 1, 2, 3, 4].map(row)).toEqual([
      [0, 0, 0, 0, 0],
      [0, 9, 9, 0, 0],
      [0, 9, 9, 0, 0],
      [0, 9, 9, 0, 0],
      [0, 0, 0, 0, 0],
    ]);
  });

  it('rounds half of a pixel of the margin to the even number, as Python does', () => {
    const lefts = [3, 5, 7, 9].map((width) => {
      const image = grey(width, 2, (x) => x);
      return resizeCrop(image, { shorterSide: 2, crop: 2, interpolation: 'bilinear' })[0];
    });
    expect(lefts).toEqual([0, 2, 2, 4]);
  });

  it('gives channels one after the other', () => {
    const image: Rgb8 = { width: 2, height: 1, data: Uint8Array.from([1, 2, 3, 4, 5, 6]) };
    expect([...toPlanes(image)]).toEqual([1, 4, 2, 5, 3, 6]);
    expect([...resizeCrop(image, { shorterSide: 1, crop: 1, interpolation: 'nearest' })]).toEqual([1, 2, 3]);
  });

  it('computes only what the crop keeps of a long image', () => {
    const image = grey(1, 60_000, (_, y) => (y >= 29_990 && y < 30_010 ? 200 : 0));
    const out = resizeCrop(image, { shorterSide: 256, crop: 224, interpolation: 'bilinear' });
    expect(out.length).toBe(3 * 224 * 224);
    expect(out.every((value) => value === 200)).toBe(true);
  });
});
