import sharp from 'sharp';
import { type ImageHeader, readImageHeader } from './image-header.ts';
import { completePalette } from './png-palette.node.ts';
import type { Rgb8 } from './rgb.ts';

/** Pixels from which on Pillow refuses an image as a decompression bomb: twice a quarter of a GiB of RGB. */
const MOST_PIXELS = 2 * Math.floor(2 ** 30 / 4 / 3);

// Images are decoded side by side instead.
sharp.concurrency(1);
sharp.cache(false);

type Raw = { readonly data: Uint8Array; readonly channels: number };

/** What ended the decoding: the last line of libvips' report, which repeats itself and begins with warnings. */
function reasonOf({ message }: Error): string {
  const last = message.trim().split('\n').at(-1) ?? '';
  const reason = last.replace(/^(?:Input buffer has corrupt header: *)?(?:[\w#]+: +)?/, '');
  // libpng's own reason does not get here.
  return /^$|^Unknown error$|^libpng read error$/.test(reason) ? 'it is damaged or ends too early' : reason;
}

/** Decoded values as the file has them, 8 bits per channel, or 16 of grey. */
async function decodeRaw(bytes: Uint8Array, { kind, layout }: ImageHeader): Promise<Raw> {
  // As Pillow does: colour profiles and libjpeg's warnings are ignored; an early end is an error, and a wrong CRC.
  const failOn = kind === 'PNG' ? 'error' : 'truncated';
  const source = layout === 'palette' ? completePalette(bytes) : bytes;
  const image = sharp(source, { ignoreIcc: true, failOn, limitInputPixels: MOST_PIXELS });
  if (layout === 'grey16' || layout === 'cmyk') image.pipelineColourspace(layout).toColourspace(layout);
  const { data, info } = await image
    .raw({ depth: layout === 'grey16' ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), channels: info.channels };
}

/** The first three channels of each pixel, or the only colour thrice. Alpha is dropped, not blended. */
function dropAlpha({ data, channels }: Raw, pixels: number): Uint8Array {
  if (channels === 3) return data;
  const rgb = new Uint8Array(3 * pixels);
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  for (let from = 0, to = 0; to < rgb.length; from += channels, to += 3) {
    rgb[to] = data[from] as number;
    rgb[to + 1] = data[from + green] as number;
    rgb[to + 2] = data[from + blue] as number;
  }
  return rgb;
}

/** Grey of 16 bits: Pillow clips it at 255, and does not scale it. */
function clipGrey({ data, channels }: Raw, pixels: number): Uint8Array {
  const values = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  const rgb = new Uint8Array(3 * pixels);
  for (let i = 0; i < pixels; i++) rgb.fill(Math.min(values[i * channels] as number, 255), 3 * i, 3 * i + 3);
  return rgb;
}

/**
 * CMYK by Pillow's integer arithmetic (libImaging/Convert.c): each colour is the share of the light that the black lets
 * through. libvips has inverted the inks, as Pillow does in every file.
 */
function inksToRgb({ data }: Raw, pixels: number): Uint8Array {
  const rgb = new Uint8Array(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    const light = 255 - (data[4 * i + 3] as number);
    for (let channel = 0; channel < 3; channel++) {
      const product = light * (data[4 * i + channel] as number) + 128;
      rgb[3 * i + channel] = light - (((product >> 8) + product) >> 8);
    }
  }
  return rgb;
}

/**
 * Decodes a JPEG, PNG or WebP (its first frame) to the bytes that Pillow 9.4's `Image.open(…).convert('RGB')` gives: no
 * colour management, no rotation by EXIF, alpha dropped. The README lists what differs. Throws one line where this is no
 * image, where it is damaged or ends too early, and where it has too many pixels, before decoding it.
 */
export async function decodeRgb(bytes: Uint8Array): Promise<Rgb8> {
  const header = readImageHeader(bytes);
  const { kind, width, height, layout } = header;
  const pixels = width * height;
  if (pixels > MOST_PIXELS)
    throw new Error(`the ${kind} has ${width}×${height} pixels, over the ${MOST_PIXELS} that are decoded`);
  const raw = await decodeRaw(bytes, header).catch((error: Error) => {
    throw new Error(`the ${kind} cannot be decoded: ${reasonOf(error)}`);
  });
  const bytesEach = layout === 'grey16' ? 2 : 1;
  if (raw.data.length !== pixels * raw.channels * bytesEach)
    throw new Error(`the ${kind} was decoded to another size than its header's ${width}×${height}`);
  if (layout === 'grey16') return { width, height, data: clipGrey(raw, pixels) };
  return { width, height, data: layout === 'cmyk' ? inksToRgb(raw, pixels) : dropAlpha(raw, pixels) };
}
