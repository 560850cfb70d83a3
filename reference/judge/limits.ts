import { OVERFLOW, TINY } from '../float32.ts';
import type { Tensor } from '../tensor.ts';

/** One element, the whole tensor (Euclidean), or one channel (root mean square). */
export type Norm = 'element' | 'tensor' | 'channel';

/** How far an output may be from the truth, by three norms of its error, in the tensor's units. */
export type Limits = {
  /** Euclidean norm. */
  readonly l2: number;
  /** Largest element. */
  readonly largest: number;
  /** Root mean square over each channel; empty for a tensor without pixels. */
  readonly channels: Float64Array;
};

/** Limits of sums of products, and of Winograd's algorithm too. Equal where the latter cannot be used. */
export type Tiers = { readonly direct: Limits; readonly wide: Limits };

/**
 * Norms of an error, over all elements that are numbers in both. `other`: elements that are not. `effective`: number of
 * elements that make up the Euclidean norm, (Σe²)² ÷ Σe⁴ (the participation ratio): 1 where one element is all of it.
 */
export type Norms = Limits & { readonly other: number; readonly effective: number };

/** Number of channels, and of values of one image's channel. No channels where an image has no pixels. */
function layout({ shape, data }: Tensor): { channels: number; area: number } {
  const [n = 1, c = 1] = shape;
  const area = data.length / (n * c);
  return shape.length === 4 && area > 1 ? { channels: c, area } : { channels: 0, area: 1 };
}

const isNumber = (value: number): boolean => Math.abs(value) < OVERFLOW;

/** Norms of output − truth. An element that only one of the two has as a number counts as `other`. */
export function normsOf(output: ArrayLike<number>, truth: Tensor): Norms {
  const { channels, area } = layout(truth);
  const squares = new Float64Array(channels);
  let [sum, fourth, largest, other] = [0, 0, 0, 0];
  for (let i = 0; i < truth.data.length; i++) {
    const [got, expected] = [output[i] as number, truth.data[i] as number];
    if (!isNumber(got) || !isNumber(expected)) {
      if (isNumber(got) || isNumber(expected) || !Object.is(Math.sign(got), Math.sign(expected))) other++;
      continue;
    }
    const error = Math.abs(got - expected);
    const square = error * error;
    sum += square;
    fourth += square * square;
    if (error > largest) largest = error;
    if (channels > 0) {
      const c = Math.floor(i / area) % channels;
      squares[c] = (squares[c] as number) + square;
    }
  }
  const per = channels > 0 ? truth.data.length / channels : 1;
  const effective = fourth > 0 ? (sum * sum) / fourth : truth.data.length;
  return { l2: Math.sqrt(sum), largest, channels: squares.map((one) => Math.sqrt(one / per)), other, effective };
}

/**
 * What the errors of emulations are multiplied by. 25 other right implementations were measured: their errors reached
 * 1.3 times the largest emulated one in relative L2, 2.1 times in one element, and 4 times in one channel. A tensor
 * without pixels, such as logits, has few values, and the norms of few values vary more.
 */
const FACTORS = {
  image: { l2: 2, largest: 3, channel: 6 },
  flat: { l2: 3, largest: 4, channel: 0 },
} as const;

/** Winograd's errors differ more between implementations: all factors are multiplied by this. */
const WINOGRAD_FACTOR = 1.5;

/** A norm that few values decide varies more. `count`: number of values that decide it. */
const fewValues = (count: number): number => 1 + 4 / Math.sqrt(count);

/** Limits from the errors of emulations. `scale`: norm of the truth ÷ norm of the images that were emulated. */
function limitsFrom(
  errors: readonly Norms[],
  truth: Tensor,
  { factor, scale }: { factor: number; scale: number },
): Limits {
  const { channels, area } = layout(truth);
  const count = truth.data.length;
  if (errors.some(({ other }) => other > 0)) {
    const unknown = Number.NaN;
    return { l2: unknown, largest: unknown, channels: new Float64Array(channels).fill(unknown) };
  }
  const factors = channels > 0 ? FACTORS.image : FACTORS.flat;
  const times = factor * fewValues(Math.min(...errors.map(({ effective }) => effective)));
  const squares = new Float64Array(Math.max(channels, 1));
  let [square, top] = [0, 0];
  for (let i = 0; i < count; i++) {
    const value = truth.data[i] as number;
    if (!isNumber(value)) continue;
    square += value * value;
    top = Math.max(top, Math.abs(value));
    const c = Math.floor(i / area) % squares.length;
    squares[c] = (squares[c] as number) + value * value;
  }
  // Storing a value rounds it by half a unit, and may flush a denormal to zero.
  const half = 2 ** -24;
  const norm = Math.sqrt(square);
  const l2 = Math.max(...errors.map((one) => one.l2));
  const largest = Math.max(...errors.map((one) => one.largest));
  const rms = errors.map((one) => (one.l2 * one.l2 * scale * scale) / count);
  return {
    l2: times * factors.l2 * l2 * scale + half * norm + TINY * Math.sqrt(count),
    largest: times * factors.largest * largest + half * top + TINY,
    channels: Float64Array.from({ length: channels }, (_, c) => {
      const worst = Math.max(...errors.map((one, i) => (one.channels[c] as number) ** 2 + (rms[i] as number)));
      const stored = half * Math.sqrt(((squares[c] as number) * channels) / count);
      return times * factors.channel * Math.sqrt(worst) + stored + TINY;
    }),
  };
}

/** The limits that the errors of emulations set for outputs of this truth. */
export function tiersFrom(direct: readonly Norms[], winograd: readonly Norms[], truth: Tensor, scale: number): Tiers {
  const narrow = limitsFrom(direct, truth, { factor: 1, scale });
  // Its transforms make NaN of infinities that sums of products keep.
  const known = winograd.filter(({ other }) => other === 0);
  if (known.length === 0) return { direct: narrow, wide: narrow };
  return { direct: narrow, wide: limitsFrom([...direct, ...known], truth, { factor: WINOGRAD_FACTOR, scale }) };
}

/** The largest ratio of an error to its limit, the norm that has it, and which channel; null for the other norms. */
type Share = { readonly ratio: number; readonly norm: Norm; readonly channel: number | null };

/** Compares an error's norms with their limits: at most 1 is within them. A limit of 0 allows no error. */
export function shareOf(norms: Limits, limits: Limits): Share {
  const share = (size: number, limit: number) => (size === 0 ? 0 : Math.min(size / limit, Number.MAX_VALUE));
  let found: Share = { ratio: share(norms.l2, limits.l2), norm: 'tensor', channel: null };
  const element = share(norms.largest, limits.largest);
  if (element > found.ratio) found = { ratio: element, norm: 'element', channel: null };
  for (let c = 0; c < limits.channels.length; c++) {
    const ratio = share(norms.channels[c] as number, limits.channels[c] as number);
    if (ratio > found.ratio) found = { ratio, norm: 'channel', channel: c };
  }
  return found;
}
