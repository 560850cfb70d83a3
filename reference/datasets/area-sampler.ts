import type { Resampler } from './resample.ts';
import { roundToEven } from './round.ts';

const { fround } = Math;

/** Weights of input positions from `first` on, for each output position that is wanted. */
type Span = { readonly first: number; readonly weights: readonly number[] };
type Spans = readonly Span[];

/** OpenCV's ratio of the two lengths, with its two roundings. */
const ratioOf = (from: number, to: number): number => 1 / (to / from);

/** Float32 shares of the input pixels that each output pixel covers. Slivers below 1e-3 are left out. */
function coveredBy(from: number, to: number, start: number, count: number): Spans {
  const scale = ratioOf(from, to);
  return Array.from({ length: count }, (_, i) => {
    const low = (start + i) * scale;
    const high = low + scale;
    const cell = Math.min(scale, from - low);
    const last = Math.min(Math.floor(high), from - 1);
    const whole = Math.min(Math.ceil(low), last);
    const before = whole - low > 1e-3;
    const weights = before ? [fround((whole - low) / cell)] : [];
    for (let k = whole; k < last; k++) weights.push(fround(1 / cell));
    if (high - last > 1e-3) weights.push(fround(Math.min(high - last, 1, cell) / cell));
    return { first: before ? whole - 1 : whole, weights };
  });
}

/** Linear weights of two pixels in 11 bits, with which OpenCV enlarges in place of an area. */
function between(from: number, to: number, start: number, count: number): Spans {
  const [scale, inverse] = [ratioOf(from, to), to / from];
  return Array.from({ length: count }, (_, i) => {
    const low = Math.floor((start + i) * scale);
    const over = fround(start + i + 1 - (low + 1) * inverse);
    const part = over <= 0 || low >= from - 1 ? 0 : fround(over - Math.floor(over));
    const weights = [roundToEven(fround(1 - part) * 2048), roundToEven(part * 2048)];
    return { first: Math.min(low, from - 1), weights };
  });
}

/** How one way of resizing sums up: along a row, along a column, and to a byte. */
type Arithmetic = {
  spans: typeof coveredBy;
  across(sum: number, value: number, weight: number): number;
  down(sum: number, value: number, weight: number): number;
  finish(sum: number): number;
};

const COVERED: Arithmetic = {
  spans: coveredBy,
  across: (sum, value, weight) => fround(sum + fround(value * weight)),
  down: (sum, value, weight) => fround(sum + fround(value * weight)),
  finish: (sum) => Math.min(255, roundToEven(sum)),
};

const BETWEEN: Arithmetic = {
  spans: between,
  across: (sum, value, weight) => sum + value * weight,
  down: (sum, value, weight) => sum + ((weight * (value >> 4)) >> 16),
  finish: (sum) => (sum + 2) >> 2,
};

/** Where both ratios are integers, OpenCV sums integers: of 2×2 pixels it rounds half up, of others half to even. */
function wholeNumbers(ratioX: number, ratioY: number): Arithmetic {
  const share = fround(1 / (ratioX * ratioY));
  const add = (sum: number, value: number) => sum + value;
  return {
    spans: coveredBy,
    across: add,
    down: add,
    finish: ratioX === 2 && ratioY === 2 ? (sum) => (sum + 2) >> 2 : (sum) => roundToEven(fround(fround(sum) * share)),
  };
}

/**
 * OpenCV's `resize(…, INTER_AREA)` of 8-bit images, with which MLPerf prepares ImageNet: means of the covered areas where
 * the image shrinks, and linear in fixed point where it grows (algorithm: OpenCV, modules/imgproc/src/resize.cpp).
 */
export const area: Resampler = ({ width: from, height: rows, data }, region) => {
  const { fullWidth, fullHeight, left, top, width, height } = region;
  const [ratioX, ratioY] = [from / fullWidth, rows / fullHeight];
  const shrinks = ratioX >= 1 && ratioY >= 1 ? COVERED : BETWEEN;
  const whole = Number.isInteger(ratioX) && Number.isInteger(ratioY);
  const { spans, across, down, finish } = whole ? wholeNumbers(ratioX, ratioY) : shrinks;
  const [xs, ys] = [spans(from, fullWidth, left, width), spans(rows, fullHeight, top, height)];
  const kept = new Map<number, Float64Array>();
  /** An input row, resized across: planar [3, width]. The last position repeats beyond the edge. */
  const rowAt = (y: number): Float64Array => {
    const known = kept.get(y);
    if (known !== undefined) return known;
    const row = new Float64Array(3 * width);
    for (const [x, { first, weights }] of xs.entries())
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) {
          const at = 3 * (y * from + Math.min(first + k, from - 1)) + channel;
          sum = across(sum, data[at] as number, weights[k] as number);
        }
        row[channel * width + x] = sum;
      }
    kept.set(y, row);
    return row;
  };
  const out = new Uint8Array(3 * height * width);
  for (const [y, { first, weights }] of ys.entries()) {
    for (const old of kept.keys()) if (old < first) kept.delete(old);
    const taken = weights.map((_, k) => rowAt(Math.min(first + k, rows - 1)));
    for (let i = 0; i < 3 * width; i++) {
      let sum = 0;
      for (let k = 0; k < taken.length; k++) sum = down(sum, taken[k]?.[i] as number, weights[k] as number);
      out[(Math.floor(i / width) * height + y) * width + (i % width)] = finish(sum);
    }
  }
  return out;
};
