import type { Rgb8 } from './rgb.ts';

/** The part of a resized image that is wanted: all pixels beyond it are left uncomputed. */
export type Region = {
  /** Size of the whole image after the resize. */
  readonly fullWidth: number;
  readonly fullHeight: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

/** Gives a region of a resized image: uint8 [3, height, width]. */
export type Resampler = (image: Rgb8, region: Region) => Uint8Array;

/** A filter's weight at a distance in pixels, 0 beyond `support`. */
type Filter = { readonly support: number; weight(distance: number): number };

const TRIANGLE: Filter = { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) };

/** The parameter of the cubic (Keys 1981): Pillow takes −0.5, OpenCV and PyTorch's tensors −0.75. */
const A = -0.5;

// The polynomials are evaluated in Pillow's order, so that every rounding is the same.
const CUBIC: Filter = {
  support: 2,
  weight(distance) {
    const x = Math.abs(distance);
    if (x < 1) return ((A + 2) * x - (A + 3)) * x * x + 1;
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
  },
};

/** Fractional bits of weights: 32 less 8 of the value and 2 of headroom, for sums beyond 255 and below 0. */
const BITS = 32 - 8 - 2;
const ONE = 1 << BITS;
const HALF = 1 << (BITS - 1);

/** For each output position: the first input position, and how many have a weight; `most` weights are kept for each. */
type Taps = {
  readonly first: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Int32Array;
  readonly most: number;
};

/** One axis: its length before and after the resize, and the output positions that are wanted. */
type Axis = { readonly from: number; readonly to: number; readonly start: number; readonly count: number };

/**
 * Weights as integers: on shrinking, the filter is widened to cover all input pixels (antialiasing). They are divided by
 * their sum in float64, and rounded half away from zero.
 */
function tapsOf({ from, to, start, count }: Axis, filter: Filter): Taps {
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = filter.support * stretch;
  const most = Math.ceil(support) * 2 + 1;
  const [first, counts] = [new Int32Array(count), new Int32Array(count)];
  const weights = new Int32Array(count * most);
  const exact = new Float64Array(most);
  for (let i = 0; i < count; i++) {
    const centre = (start + i + 0.5) * scale;
    const low = Math.max(0, Math.trunc(centre - support + 0.5));
    const taps = Math.min(from, Math.trunc(centre + support + 0.5)) - low;
    let sum = 0;
    for (let k = 0; k < taps; k++) {
      const weight = filter.weight((k + low - centre + 0.5) * (1 / stretch));
      exact[k] = weight;
      sum += weight;
    }
    for (let k = 0; k < taps; k++) {
      const scaled = ((exact[k] as number) / (sum === 0 ? 1 : sum)) * ONE;
      weights[i * most + k] = Math.trunc(scaled + (scaled < 0 ? -0.5 : 0.5));
    }
    first[i] = low;
    counts[i] = taps;
  }
  return { first, counts, weights, most };
}

/** The integer part of a sum, clipped to a byte by the array that it is stored in. */
const shifted = (sum: number): number => sum >> BITS;

/** Rows `firstRow` … of the image, resized across: interleaved [rows, width, 3]. */
function resizeAcross({ width, data }: Rgb8, taps: Taps, firstRow: number, rows: number): Uint8ClampedArray {
  const { first, counts, weights, most } = taps;
  const outWidth = first.length;
  const out = new Uint8ClampedArray(rows * outWidth * 3);
  for (let y = 0, to = 0; y < rows; y++) {
    const row = (firstRow + y) * width;
    for (let x = 0; x < outWidth; x++, to += 3) {
      let [red, green, blue] = [HALF, HALF, HALF];
      let at = 3 * (row + (first[x] as number));
      const end = x * most + (counts[x] as number);
      for (let k = x * most; k < end; k++, at += 3) {
        const weight = weights[k] as number;
        red = (red + Math.imul(weight, data[at] as number)) | 0;
        green = (green + Math.imul(weight, data[at + 1] as number)) | 0;
        blue = (blue + Math.imul(weight, data[at + 2] as number)) | 0;
      }
      out[to] = shifted(red);
      out[to + 1] = shifted(green);
      out[to + 2] = shifted(blue);
    }
  }
  return out;
}

/** Interleaved rows from `firstRow` on, resized down: planar [3, height, width]. */
function resizeDown(rows: Uint8ClampedArray, taps: Taps, firstRow: number, width: number): Uint8ClampedArray {
  const { first, counts, weights, most } = taps;
  const height = first.length;
  const out = new Uint8ClampedArray(3 * height * width);
  const stride = 3 * width;
  for (let y = 0; y < height; y++) {
    const start = y * most;
    const end = start + (counts[y] as number);
    const base = ((first[y] as number) - firstRow) * stride;
    for (let channel = 0; channel < 3; channel++) {
      let to = (channel * height + y) * width;
      for (let at = base + channel; at < base + stride; at += 3, to++) {
        let sum = HALF;
        for (let k = start, from = at; k < end; k++, from += stride)
          sum = (sum + Math.imul(weights[k] as number, rows[from] as number)) | 0;
        out[to] = shifted(sum);
      }
    }
  }
  return out;
}

/**
 * Pillow's `Image.resize` of 8-bit images, bit for bit: across, rounded to bytes, then down, in fixed-point arithmetic
 * (algorithm: Pillow 9.4, libImaging/Resample.c).
 */
const separable =
  (filter: Filter): Resampler =>
  (image, { fullWidth, fullHeight, left, top, width, height }) => {
    const across = tapsOf({ from: image.width, to: fullWidth, start: left, count: width }, filter);
    const down = tapsOf({ from: image.height, to: fullHeight, start: top, count: height }, filter);
    const firstRow = down.first[0] ?? 0;
    const rows = (down.first[height - 1] ?? 0) + (down.counts[height - 1] ?? 0) - firstRow;
    const { buffer } = resizeDown(resizeAcross(image, across, firstRow, rows), down, firstRow, width);
    return new Uint8Array(buffer);
  };

export const bilinear: Resampler = separable(TRIANGLE);
export const bicubic: Resampler = separable(CUBIC);
