import { area } from './area-sampler.ts';
import { tensorBicubic } from './cubic-sampler.ts';
import { nearest, tensorBilinear } from './point-samplers.ts';
import type { Interpolation, Resize } from './preprocessing.ts';
import { bicubic, bilinear, type Resampler } from './resample.ts';
import type { Rgb8 } from './rgb.ts';
import { roundToEven } from './round.ts';

/** Python's rounding of a margin: to the even number. */
const roundHalf = (spare: number): number => roundToEven(spare / 2);

/** How an image is resized, and where a crop begins, from the pixels that it leaves out. */
type Way = { readonly resample: Resampler; begin(spare: number): number };

/** Ways by interpolation. MLPerf's, `area`, rounds a crop down. */
const WAYS: { readonly [interpolation in Interpolation]: Way } = {
  bilinear: { resample: bilinear, begin: roundHalf },
  bicubic: { resample: bicubic, begin: roundHalf },
  nearest: { resample: nearest, begin: roundHalf },
  'tensor-bilinear': { resample: tensorBilinear, begin: roundHalf },
  'tensor-bicubic': { resample: tensorBicubic, begin: roundHalf },
  area: { resample: area, begin: (spare) => Math.floor(spare / 2) },
};

/** torchvision's CenterCrop along one axis: where the crop begins, how much it has, and where that lies in the result. */
function cropAxis(length: number, crop: number, { begin }: Way): { start: number; count: number; at: number } {
  // A smaller image is first padded, by one more after it than before it.
  if (length < crop) return { start: 0, count: length, at: Math.floor((crop - length) / 2) };
  return { start: begin(length - crop), count: crop, at: 0 };
}

/**
 * torchvision 0.14's Resize of a Pillow image (shorter side, and the longer side is rounded down; or both sides), then
 * CenterCrop, padded with 0 where the resized image is smaller. Gives uint8 [3, crop, crop], planar. Only what the crop
 * keeps is computed.
 */
export function resizeCrop(image: Rgb8, { shorterSide, crop, interpolation, fit }: Resize): Uint8Array {
  const { width, height } = image;
  const way = WAYS[interpolation];
  const longer = (long: number, short: number): number =>
    fit === 'squash' ? shorterSide : Math.floor((shorterSide * long) / short);
  const fullWidth = width <= height ? shorterSide : longer(width, height);
  const fullHeight = width <= height ? longer(height, width) : shorterSide;
  const [x, y] = [cropAxis(fullWidth, crop, way), cropAxis(fullHeight, crop, way)];
  const region = { fullWidth, fullHeight, left: x.start, top: y.start, width: x.count, height: y.count };
  const part = way.resample(image, region);
  if (x.count === crop && y.count === crop) return part;
  const out = new Uint8Array(3 * crop * crop);
  for (let row = 0; row < 3 * y.count; row++) {
    const channel = Math.floor(row / y.count);
    const to = (channel * crop + y.at + (row % y.count)) * crop + x.at;
    out.set(part.subarray(row * x.count, (row + 1) * x.count), to);
  }
  return out;
}

/** An image in its own size: uint8 [3, height, width], planar. */
export function toPlanes({ width, height, data }: Rgb8): Uint8Array {
  const pixels = width * height;
  const planes = new Uint8Array(3 * pixels);
  for (let i = 0; i < pixels; i++)
    for (let channel = 0; channel < 3; channel++) planes[channel * pixels + i] = data[3 * i + channel] as number;
  return planes;
}
