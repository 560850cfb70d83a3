import { area } from './area-sampler.ts';
import { placeCrop, roundHalf } from './crop-place.ts';
import { tensorBicubic } from './cubic-sampler.ts';
import { nearest, tensorBilinear } from './point-samplers.ts';
import type { Interpolation, Resize } from './preprocessing.ts';
import { bicubic, bilinear, type Resampler } from './resample.ts';
import type { Rgb8 } from './rgb.ts';

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

/**
 * torchvision 0.14's Resize of a Pillow image (shorter side, and the longer side is rounded down; or both sides), then
 * CenterCrop, padded with 0 where the resized image is smaller. Gives uint8 [3, crop, crop], planar. Only what the crop
 * keeps is computed.
 */
export function resizeCrop(image: Rgb8, resize: Resize): Uint8Array {
  const { crop } = resize;
  const way = WAYS[resize.interpolation];
  const { fullWidth, fullHeight, x, y } = placeCrop(image, resize, way.begin);
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
