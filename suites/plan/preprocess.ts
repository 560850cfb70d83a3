import {
  INTERPOLATIONS,
  NORMALISED,
  type Preprocessing,
  RAW,
  resizedTo,
} from '../../reference/datasets/preprocessing.ts';
import { isObject, parseJson } from '../../reference/json.ts';
import { shown } from '../../reference/quote.ts';
import { unknown } from './nearest.ts';

/** Preprocessing by name. `imagenet`: torchvision's, shorter side 256. */
export const PREPROCESSINGS: { readonly [name: string]: Preprocessing } = {
  imagenet: resizedTo(256),
  cifar: NORMALISED,
  raw: RAW,
};

const KEYS = ['resize', 'crop', 'interpolation', 'fit', 'mean', 'deviation', 'divisor', 'order'];
/** Whether an image keeps its shape on the way to `resize`, or both sides get that length. */
const FITS = ['crop', 'squash'] as const;

/** Largest side, in pixels. */
const MOST_SIDE = 4096;

const isSide = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) > 0 && (value as number) <= MOST_SIDE;

/** Which of some words a value from JSON is. Throws one line with the nearest where it is none. */
function mustBeOne<T extends string>(kind: string, value: unknown, known: readonly T[]): T {
  const found = known.find((one) => one === value);
  if (found !== undefined) return found;
  if (typeof value !== 'string') throw new Error(`${kind} must be one of ${known.join(', ')}`);
  throw unknown(kind, shown(value), known);
}

/** A number of each channel, from JSON; `usual` where it is left out. */
function perChannel(key: string, value: unknown, usual: number, least: number): Preprocessing['mean'] {
  const [red, green, blue, more] = value === undefined ? [usual, usual, usual] : Array.isArray(value) ? value : [];
  const fits = (one: unknown): one is number => typeof one === 'number' && Number.isFinite(one) && one >= least;
  if (!fits(red) || !fits(green) || !fits(blue) || more !== undefined)
    throw new Error(`${key} must be three numbers${least > 0 ? ' above 0' : ''}, of red, green and blue`);
  return [red, green, blue];
}

function resizeOf({
  resize,
  crop,
  interpolation,
  fit = 'crop',
}: {
  readonly [key: string]: unknown;
}): Preprocessing['resize'] {
  if (resize === undefined && crop === undefined) {
    if (interpolation !== undefined) throw new Error('interpolation says how to resize: give resize and crop too');
    if (fit !== 'crop') throw new Error('fit says how to resize: give resize and crop too');
    return undefined;
  }
  if (!isSide(resize) || !isSide(crop))
    throw new Error(`resize (pixels of the shorter side) and crop (of a side) must be whole numbers to ${MOST_SIDE}`);
  const one = mustBeOne('interpolation', interpolation ?? 'bilinear', INTERPOLATIONS);
  const isSquashed = mustBeOne('fit', fit, FITS) === 'squash';
  const resized = { shorterSide: resize, crop, interpolation: one };
  return isSquashed ? { ...resized, fit: 'squash' } : resized;
}

/**
 * Parses a preprocessing: a JSON object of `resize` (shorter side), `crop`, `interpolation`, `fit`, `mean`, `deviation`,
 * `divisor` and `order`. Without resize and crop, images keep their size. Mean is 0, deviation 1 and divisor 255 where
 * they are left out. Throws one line where it is something else, with the nearest name for an unknown one.
 */
export function parsePreprocessing(text: string): Preprocessing {
  const value: unknown = parseJson(text);
  if (!isObject(value)) throw new Error('it is not a JSON object');
  for (const key of Object.keys(value)) mustBeOne('key', key, KEYS);
  const { divisor = 255, order = 'RGB' } = value;
  if (order !== 'RGB' && order !== 'BGR') throw new Error("order must be 'RGB' or 'BGR'");
  if (divisor !== 1 && divisor !== 255) throw new Error('divisor must be 255, or 1 for bytes as they are');
  return {
    resize: resizeOf(value),
    divisor,
    mean: perChannel('mean', value.mean, 0, Number.NEGATIVE_INFINITY),
    deviation: perChannel('deviation', value.deviation, 1, Number.MIN_VALUE),
    ...(order === 'BGR' ? { order } : {}),
  };
}
