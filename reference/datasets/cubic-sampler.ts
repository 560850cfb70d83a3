import type { Resampler } from './resample.ts';
import { roundToEven } from './round.ts';

/** Pixels that a cubic takes along one axis, and its parameter (Keys 1981) in OpenCV and in PyTorch's tensors. */
const TAPS = 4;
const A = -0.75;

/** A tap's weight at a distance of at most 2 pixels. */
function weightAt(distance: number): number {
  const x = Math.abs(distance);
  if (x <= 1) return ((A + 2) * x - (A + 3)) * x * x + 1;
  return ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
}

/** For each output position four input positions, repeated at the edges, and their weights. */
type Cubic = { readonly positions: Int32Array; readonly weights: Float64Array };

function cubicOf(from: number, to: number, start: number, count: number): Cubic {
  const cubic = { positions: new Int32Array(TAPS * count), weights: new Float64Array(TAPS * count) };
  for (let i = 0; i < count; i++) {
    const at = ((start + i + 0.5) * from) / to - 0.5;
    const low = Math.floor(at) - 1;
    for (let k = 0; k < TAPS; k++) {
      cubic.positions[TAPS * i + k] = Math.min(Math.max(low + k, 0), from - 1);
      cubic.weights[TAPS * i + k] = weightAt(at - low - k);
    }
  }
  return cubic;
}

/**
 * Bicubic between the sixteen nearest pixels, however much the image shrinks: without antialiasing, as OpenCV's
 * `INTER_CUBIC` and a resize of PyTorch's tensors. In float64, rounded to even: theirs differ from it by their own
 * rounding.
 */
export const tensorBicubic: Resampler = (image, { fullWidth, fullHeight, left, top, width, height }) => {
  const across = cubicOf(image.width, fullWidth, left, width);
  const down = cubicOf(image.height, fullHeight, top, height);
  const out = new Uint8Array(3 * height * width);
  for (let channel = 0, to = 0; channel < 3; channel++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, to++) {
        let sum = 0;
        for (let j = TAPS * y; j < TAPS * (y + 1); j++) {
          const row = (down.positions[j] as number) * image.width;
          let part = 0;
          for (let k = TAPS * x; k < TAPS * (x + 1); k++)
            part +=
              (across.weights[k] as number) *
              (image.data[3 * (row + (across.positions[k] as number)) + channel] as number);
          sum += (down.weights[j] as number) * part;
        }
        out[to] = Math.min(255, Math.max(0, roundToEven(sum)));
      }
  return out;
};
