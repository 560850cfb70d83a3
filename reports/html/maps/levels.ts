import { maximum, minimum } from '../../../reference/collect.ts';
import type { Tensor } from '../../../reference/tensor.ts';

/** Maps that are drawn: a grid of 4×4. */
export const DRAWN = 16;

/** Pixels of a drawn map's longer side at most. Of each square of a larger map, the element with the largest error is drawn. */
export const SIDE = 112;

/** Levels of a value within a scale, and those of what a scale does not have. */
export const LEVELS = { top: 252, below: 253, above: 254, nan: 255 } as const;

/** The least and the largest value of a scale. */
export type Extent = readonly [low: number, high: number];

/** A channel of an output beside the reference's. */
export type ChannelFigures = {
  readonly channel: number;
  readonly reference: Extent;
  /** Of the values that are numbers; NaN where none is. */
  readonly output: Extent;
  /** The largest absolute difference. Values that are no numbers are left out, here and below. */
  readonly error: number;
  /** Euclidean norm of the differences ÷ norm of the reference. */
  readonly relativeL2: number;
  /** Number of values that are NaN or infinite in one of the two. */
  readonly nonfinite: number;
};

/** Maps as levels of 0 to 255, one after another, row by row. */
export type Maps = {
  readonly image: number;
  readonly channels: readonly ChannelFigures[];
  readonly total: number;
  /** Extents of a channel, and of a map as drawn, in pixels. */
  readonly height: number;
  readonly width: number;
  readonly rows: number;
  readonly columns: number;
  readonly values: Extent;
  readonly differences: Extent;
  readonly reference: Uint8Array;
  readonly output: Uint8Array;
  readonly difference: Uint8Array;
};

/** A scale's level of a value. Half a level beyond its ends is still within it. A scale of one value gives 0. */
export function levelOf(value: number, [low, high]: Extent): number {
  if (!Number.isFinite(value)) return LEVELS.nan;
  if (low === high) return value < low ? LEVELS.below : value > high ? LEVELS.above : 0;
  const level = Math.round((value / (high - low) - low / (high - low)) * LEVELS.top);
  return level < 0 ? LEVELS.below : level > LEVELS.top ? LEVELS.above : Math.abs(level);
}

type Pair = { readonly reference: Tensor; readonly output: ArrayLike<number> };

/** Extents of an output as images: a vector is one channel of one row. */
function extentsOf({ shape }: Tensor): { images: number; channels: number; height: number; width: number } {
  const [images = 1, channels = 1, height = 1, width = 1] = shape;
  if (shape.length === 4 && height * width > 1) return { images, channels, height, width };
  return { images, channels: 1, height: 1, width: channels * height * width };
}

/** How one channel compares. `from` is the place of its first value. */
function figuresOf({ reference, output }: Pair, channel: number, from: number, area: number): ChannelFigures {
  const numbers: number[] = [];
  let [error, noise, signal, nonfinite] = [0, 0, 0, 0];
  for (let i = from; i < from + area; i++) {
    const [expected, got] = [reference.data[i] as number, output[i] as number];
    if (Number.isFinite(got)) numbers.push(got);
    const difference = Math.abs(got - expected);
    if (!Number.isFinite(difference)) nonfinite++;
    else {
      error = Math.max(error, difference);
      noise += difference ** 2;
      signal += expected ** 2;
    }
  }
  const expected = Array.from(reference.data.subarray(from, from + area)).filter(Number.isFinite);
  const extent = (values: readonly number[]): Extent =>
    values.length === 0 ? [Number.NaN, Number.NaN] : [minimum(values), maximum(values)];
  const relativeL2 = noise === 0 ? 0 : Math.sqrt(noise / signal);
  return { channel, reference: extent(expected), output: extent(numbers), error, relativeL2, nonfinite };
}

/** The places of the elements that are drawn of a channel: those with the largest error of squares of `step`². */
function drawn({ reference, output }: Pair, from: number, height: number, width: number): number[] {
  const step = Math.ceil(Math.max(height, width) / SIDE);
  const places: number[] = [];
  for (let top = 0; top < height; top += step)
    for (let left = 0; left < width; left += step) {
      let [place, most] = [from + top * width + left, -1];
      for (let y = top; y < Math.min(height, top + step); y++)
        for (let x = left; x < Math.min(width, left + step); x++) {
          const i = from + y * width + x;
          const size = Math.abs((output[i] as number) - (reference.data[i] as number));
          const error = Number.isFinite(size) ? size : Infinity;
          if (error > most) [place, most] = [i, error];
        }
      places.push(place);
    }
  return places;
}

/** Differences beyond so many times the reference's range are drawn as beyond the scale: they would hide all others. */
const MOST_RANGES = 2;

/** The worse of two channels first. */
const byError = (a: ChannelFigures, b: ChannelFigures): number => b.nonfinite - a.nonfinite || b.error - a.error;

/**
 * The maps of an output [N, C, H, W] beside the reference's: of the image with the largest error, the 16 channels with the
 * largest, in order. Both are drawn on the reference's range, and the differences on a range with 0 in its middle.
 */
export function mapsOf(pair: Pair): Maps {
  const { images, channels, height, width } = extentsOf(pair.reference);
  const area = height * width;
  const perImage = Array.from({ length: images }, (_, n) =>
    Array.from({ length: channels }, (_, c) => figuresOf(pair, c, (n * channels + c) * area, area)).sort(byError),
  );
  const ranked = perImage
    .map((all, n) => ({ n, worst: all[0] as ChannelFigures }))
    .sort((a, b) => byError(a.worst, b.worst));
  const image = ranked[0]?.n ?? 0;
  const kept = (perImage[image] ?? []).slice(0, DRAWN).sort((a, b) => a.channel - b.channel);
  const places = kept.flatMap(({ channel }) => drawn(pair, (image * channels + channel) * area, height, width));
  const known = kept.flatMap(({ reference }) => reference).filter(Number.isFinite);
  const values: Extent = known.length === 0 ? [0, 0] : [minimum(known), maximum(known)];
  const expected = (i: number) => pair.reference.data[i] as number;
  const got = (i: number) => pair.output[i] as number;
  const most = maximum(kept.map(({ error }) => error));
  const range = values[1] - values[0] || Math.abs(values[1]) || most;
  // Two equal outputs differ by 0, in the middle of any scale.
  const far = Math.min(most, MOST_RANGES * range) || range || 1;
  const step = Math.ceil(Math.max(height, width) / SIDE);
  const differences: Extent = [-far, far];
  return {
    ...{ image, channels: kept, total: channels, height, width, values, differences },
    ...{ rows: Math.ceil(height / step), columns: Math.ceil(width / step) },
    reference: Uint8Array.from(places, (i) => levelOf(expected(i), values)),
    output: Uint8Array.from(places, (i) => levelOf(got(i), values)),
    difference: Uint8Array.from(places, (i) => levelOf(got(i) - expected(i), differences)),
  };
}
