import { area } from './area-sampler.ts';
import { placeCrop, roundHalf } from './crop-place.ts';
import { nearest, tensorBilinear } from './point-samplers.ts';
import type { Preprocessing } from './preprocessing.ts';
import { bicubic, bilinear, type Resampler } from './resample.ts';
import type { Rgb8 } from './rgb.ts';

/** How a network's images are resized and cropped. */
export type Resize = NonNullable<Preprocessing['resize']>;

/** How an image is resized, and where a crop begins, from the pixels that it leaves out. */
type Way = { readonly resample: Resampler; begin(spare: number): number };

/**
 * Ways by interpolation: Pillow's and torchvision's, nearest and a tensor's resize without antialiasing, which are used by
 * mistake, and MLPerf's, whose crop rounds down.
 */
const WAYS = {
  bilinear: { resample: bilinear, begin: roundHalf },
  bicubic: { resample: bicubic, begin: roundHalf },
  nearest: { resample: nearest, begin: roundHalf },
  'tensor-bilinear': { resample: tensorBilinear, begin: roundHalf },
  area: { resample: area, begin: (spare) => Math.floor(spare / 2) },
} satisfies Record<string, Way> & Record<Resize['interpolation'], Way>;

/** `Resize` with every interpolation there is, also those with which no network here was trained. */
export type Resampling = Omit<Resize, 'interpolation'> & { readonly interpolation: keyof typeof WAYS };

/**
 * torchvision 0.14's Resize of a Pillow image (shorter side; the longer side is rounded down), then CenterCrop, padded
 * with 0 where the resized image is smaller. Gives uint8 [3, crop, crop], planar. Only what the crop keeps is computed.
 */
export function resizeCrop(image: Rgb8, { shorterSide, crop, interpolation }: Resampling): Uint8Array {
  const way: Way = WAYS[interpolation];
  const { fullWidth, fullHeight, x, y } = placeCrop(image, { shorterSide, crop }, way.begin);
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
