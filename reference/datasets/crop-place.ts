import type { Resize } from './preprocessing.ts';
import { roundToEven } from './round.ts';

/** Python's rounding of a margin, given the pixels that are left out on both sides: to the even number. */
export const roundHalf = (spare: number): number => roundToEven(spare / 2);

/** Along one axis: where the crop begins in the resized image, how much of it there is, and where that lies in the result. */
type CropAxis = { readonly start: number; readonly count: number; readonly at: number };

/** Size of the resized image, and what the crop keeps of it, in pixels. */
export type CropPlace = {
  readonly fullWidth: number;
  readonly fullHeight: number;
  readonly x: CropAxis;
  readonly y: CropAxis;
};

/**
 * The sizes and margins of torchvision 0.14's Resize of a Pillow image (shorter side, and the longer side is rounded
 * down; or both sides) and CenterCrop. `begin`: where the crop begins, from the pixels that it leaves out.
 */
export function placeCrop(
  { width, height }: { readonly width: number; readonly height: number },
  { shorterSide, crop, fit }: Omit<Resize, 'interpolation'>,
  begin: (spare: number) => number,
): CropPlace {
  const longer = (long: number, short: number): number =>
    fit === 'squash' ? shorterSide : Math.floor((shorterSide * long) / short);
  const fullWidth = width <= height ? shorterSide : longer(width, height);
  const fullHeight = width <= height ? longer(height, width) : shorterSide;
  const axis = (length: number): CropAxis =>
    length < crop
      ? // A smaller image is first padded, by one more after it than before it.
        { start: 0, count: length, at: Math.floor((crop - length) / 2) }
      : { start: begin(length - crop), count: crop, at: 0 };
  return { fullWidth, fullHeight, x: axis(fullWidth), y: axis(fullHeight) };
}
