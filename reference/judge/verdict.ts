import { OVERFLOW, TINY } from '../float32.ts';
import type { Truth } from './bounds.ts';
import { type Norm, normsOf, shareOf } from './limits.ts';

/**
 * The comparison of one output tensor with the truth, at two levels: the worst element, and the whole tensor. Errors
 * are absolute, in the tensor's units. Figures are over the elements that compare as numbers; NaN, infinities and
 * values beyond float32's range are compared by kind and counted separately (see judge).
 */
export type Verdict = {
  /** Largest |output − truth|: the smallest `atol` that passes with an `rtol` of 0. */
  error: number;
  /** Largest |truth| in float32's range: error ÷ scale is the smallest tolerance relative to it that passes. */
  scale: number;
  /** What is allowed at the element with the largest ratio. Where the truth has limits: for the largest element. */
  allowed: number;
  /** Largest error ÷ what is allowed, over all norms that the truth limits: at most 1 passes. */
  ratio: number;
  /** The same with the limits of Winograd's algorithm: equal where there are none. */
  wide: number;
  /** The norm with the largest ratio. */
  norm: Norm;
  /** The channel, from 0; null for the other norms. */
  channel: number | null;
  /** Smallest `atol` that passes with RTOL: |output − truth| ≤ atol + RTOL·|truth| for every element. */
  atol: number;
  /** ‖output − truth‖ ÷ ‖truth‖ (Euclidean norms); null where the truth is 0 and the output is not, or values are wrong by kind. */
  relativeL2: number | null;
  /**
   * 1 − cosine of the angle between output and truth, 0 to 2; null where only one of the two is 0, or values are wrong
   * by kind.
   */
  cosineDistance: number | null;
  /** Norm of the truth over norm of the error, in dB; null where either is 0, or values are wrong by kind. */
  snr: number | null;
  /** Values that are NaN or infinite and should be finite. */
  nonfinite: number;
  /** Values that should be NaN, or infinite with a certain sign, and are something else. */
  lost: number;
  /** Values that are correctly NaN or infinite. No figure covers them. */
  special: number;
};

/** The relative part of `Verdict.atol`'s tolerance: the default of numpy.allclose and torch.allclose. */
export const RTOL = 1e-5;

/** How an element of the output compares with the truth: as numbers, or by kind (correct, unexpected or missing). */
type Kind = 'number' | 'special' | 'nonfinite' | 'lost';

/** The allowed error. Where the bound is unknown (its truth overflowed float64), only the smallest denormal. */
export const roomOf = (bound: number): number => (Number.isFinite(bound) ? bound : 2 ** -149);

function kindOf(got: number, expected: number, bound: number): Kind {
  if (Number.isNaN(expected)) return Number.isNaN(got) ? 'special' : 'lost';
  const [low, high] = [expected - roomOf(bound), expected + roomOf(bound)];
  // Rounded to float32, so that the reference's own float64 output passes where it leaves float32's range.
  const value = Math.fround(got);
  if (low >= OVERFLOW) return value === Infinity ? 'special' : 'lost';
  if (high <= -OVERFLOW) return value === -Infinity ? 'special' : 'lost';
  if (Number.isFinite(value)) return 'number';
  // Near the largest float32, rounding decides: a number and the infinity are both correct.
  const may = (value === Infinity && high >= OVERFLOW) || (value === -Infinity && low <= -OVERFLOW);
  return may ? 'special' : 'nonfinite';
}

/**
 * 1 − cosine of truth t and output t + e, from the error: the part of e that t does not explain, p = e − αt, is the
 * sine, and 1 − cos = sin² ÷ (1 + cos) loses no digits near 0. `along` is e·t.
 */
function angle(
  output: ArrayLike<number>,
  truth: ArrayLike<number>,
  at: Uint32Array,
  { signal, along }: { readonly signal: number; readonly along: number },
) {
  const share = along / signal;
  let across = 0;
  for (const i of at) {
    const expected = truth[i] as number;
    across += ((output[i] as number) - expected - share * expected) ** 2;
  }
  const square = (1 + share) ** 2 * signal + across;
  const cosine = ((1 + share) * Math.sqrt(signal)) / Math.sqrt(square);
  return cosine < 0 ? 1 - cosine : across / square / (1 + cosine);
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/**
 * Compares an output with the truth, element by element. The truth was computed in float64, so:
 * - where a finite truth rounds to an infinity in float32, or is infinite, only that infinity is correct; where it is
 *   NaN, only NaN is;
 * - where a finite truth is within its bound of the end of float32's range, the infinity is correct too;
 * - any other infinity or NaN is wrong, and counted in `nonfinite`;
 * - zeros are equal whatever their sign: IEEE 754 compares them so, ONNX says nothing about it, and no operator of these
 *   networks distinguishes them;
 * - a denormal may have been flushed to zero, which the bounds allow for.
 * Where the bound of a finite truth is NaN or infinite, no error is allowed. Where the truth has limits, they decide, not
 * the bounds of elements. Throws RangeError where the lengths differ.
 */
export function judge(output: ArrayLike<number>, { value, allowed, limits }: Truth): Verdict {
  const verdict = judgeElements(output, value.data, allowed);
  if (limits === undefined) return verdict;
  const norms = normsOf(output, value);
  const { ratio, norm, channel } = shareOf(norms, limits.direct);
  const wide = shareOf(norms, limits.wide).ratio;
  return { ...verdict, allowed: limits.direct.largest, ratio, wide, norm, channel };
}

function judgeElements(output: ArrayLike<number>, truth: ArrayLike<number>, allowed: ArrayLike<number>): Verdict {
  if (output.length !== truth.length)
    throw new RangeError(`the output has ${output.length} values, the truth ${truth.length}`);
  const counts = { number: 0, special: 0, nonfinite: 0, lost: 0 };
  const numbers = new Uint32Array(truth.length);
  let [error, scale, bound, ratio, atol] = [0, 0, 0, 0, 0];
  let [noise, signal, along] = [0, 0, 0];
  for (let i = 0; i < truth.length; i++) {
    const expected = truth[i] as number;
    const got = output[i] as number;
    const kind = kindOf(got, expected, allowed[i] as number);
    const index = counts[kind]++;
    if (Math.abs(expected) < OVERFLOW) scale = Math.max(scale, Math.abs(expected));
    if (kind !== 'number') continue;
    numbers[index] = i;
    const difference = got - expected;
    const size = Math.abs(difference);
    const room = roomOf(allowed[i] as number);
    noise += difference * difference;
    signal += expected * expected;
    along += difference * expected;
    error = Math.max(error, size);
    atol = Math.max(atol, size - RTOL * Math.abs(expected));
    // A bound of 0 allows no error. A run file cannot hold an infinity.
    const share = size === 0 ? 0 : Math.min(size / room, Number.MAX_VALUE);
    if (share > ratio || index === 0) [ratio, bound] = [share, room];
  }
  const { special, nonfinite, lost } = counts;
  const decisive = { allowed: bound, ratio, wide: ratio, norm: 'element', channel: null } as const;
  const elements = { error, scale, ...decisive, atol, nonfinite, lost, special };
  // A vector with a NaN or infinity has no norm, and an empty vector has no direction.
  if (beyondTolerance(counts) > 0 || counts.number === 0)
    return { ...elements, relativeL2: null, cosineDistance: null, snr: null };
  return {
    ...elements,
    relativeL2: noise === 0 ? 0 : finite(Math.sqrt(noise / signal)),
    cosineDistance:
      noise === 0 ? 0 : finite(angle(output, truth, numbers.subarray(0, counts.number), { signal, along })),
    snr: finite(10 * Math.log10(signal / noise)),
  };
}

/** The parts of a verdict that decide. */
type Decisive = Pick<Verdict, 'error' | 'ratio' | 'nonfinite' | 'lost'>;

/** Number of elements that pass with no tolerance. */
export const beyondTolerance = ({ nonfinite, lost }: Pick<Verdict, 'nonfinite' | 'lost'>): number => nonfinite + lost;

/** Whether every element is within its bound, and NaN or infinite only where it must be. */
export const isRight = (verdict: Omit<Decisive, 'error'>): boolean =>
  beyondTolerance(verdict) === 0 && verdict.ratio <= 1;

/** Whether one verdict is worse than another. Elements that pass with no tolerance are worse than any error. */
export const isWorse = (a: Omit<Decisive, 'error'>, b: Omit<Decisive, 'error'>): boolean =>
  beyondTolerance(a) > beyondTolerance(b) || (beyondTolerance(a) === beyondTolerance(b) && a.ratio > b.ratio);

/** Largest bound of a value that no operation rounds, such as a maximum: a flushed denormal. */
const ZERO_BOUND = 2 * TINY;

/** Whether an error exceeds a bound that allows nothing but a flushed denormal. Its ratio is then huge and means nothing. */
export const isOverNone = ({ ratio, allowed }: Pick<Verdict, 'ratio' | 'allowed'>): boolean =>
  ratio > 1 && allowed <= ZERO_BOUND;

/** Error of the element with the largest ratio; the largest error where another norm decides. */
export const worstError = ({ error, ratio, allowed, norm = 'element' }: Decided): number =>
  norm === 'element' && ratio < Number.MAX_VALUE ? ratio * allowed : error;

/** Older run files have no `norm`: there the worst element decides. */
type Decided = Pick<Verdict, 'error' | 'ratio' | 'allowed'> & { readonly norm?: Norm | undefined };

/**
 * How large an error is, the norm that decides first: `error 1.00e-2 is 210× what is allowed, relative L2 3.1e-3`, or
 * `relative L2 3.1e-3 is 210× what is allowed, error 1.00e-2`.
 */
function sizeText(verdict: Told): string {
  const { error, ratio, relativeL2, norm, channel } = verdict;
  const whole = relativeL2 === null ? undefined : `relative L2 ${relativeL2.toExponential(1)}`;
  const size = `error ${error.toExponential(2)}`;
  const beyond = `is ${ratio.toPrecision(3)}× what is allowed`;
  if (isOverNone(verdict))
    return [
      `error ${worstError(verdict).toExponential(2)} where none is allowed`,
      ...(whole === undefined ? [] : [whole]),
    ].join(', ');
  const texts =
    norm === 'channel'
      ? [`channel ${channel} ${beyond}`, size, whole]
      : norm === 'tensor' && whole !== undefined
        ? [`${whole} ${beyond}`, size]
        : [`${size} ${beyond}`, whole];
  return texts.filter((text) => text !== undefined).join(', ');
}

/** The parts of a verdict that its text has. */
type Told = Decisive &
  Pick<Verdict, 'allowed' | 'relativeL2'> & {
    readonly norm?: Norm | undefined;
    readonly channel?: number | null | undefined;
  };

/** A verdict as text: elements that pass with no tolerance, then the size of the error. */
export function verdictText(verdict: Told): string {
  const { ratio, nonfinite, lost } = verdict;
  const values = (count: number) => (count === 1 ? '1 value' : `${count} values`);
  return [
    ...(nonfinite > 0 ? [`${values(nonfinite)} NaN or infinite that should be finite`] : []),
    ...(lost > 0 ? [`${values(lost)} other than the NaN or infinity that is right`] : []),
    ...(ratio > 1 || nonfinite + lost === 0 ? [sizeText(verdict)] : []),
  ].join('; ');
}
