import { OVERFLOW } from '../float32.ts';

/**
 * What one output tensor was found to be, against the truth, at two levels: its worst element, and the tensor as a
 * whole. Errors are absolute, in the tensor's units. Figures are over the elements that compare as numbers; NaN,
 * infinities and what float32 cannot hold are compared by kind and counted apart (see judge).
 */
export type Verdict = {
  /** Largest |output − truth|: the smallest `atol` that passes with an `rtol` of 0. */
  error: number;
  /** Largest |truth| in float32's range: error ÷ scale is the smallest tolerance relative to it that passes. */
  scale: number;
  /** The bound where the output comes nearest to breaking it, or breaks it most. */
  allowed: number;
  /** Largest |output − truth| ÷ bound: at most 1 is right. */
  ratio: number;
  /** Smallest `atol` that passes beside RTOL: |output − truth| ≤ atol + RTOL·|truth| holds for every element. */
  atol: number;
  /** ‖output − truth‖ ÷ ‖truth‖ (Euclidean norms); null where the truth is 0 and the output is not, or values are wrong by kind. */
  relativeL2: number | null;
  /** 1 − cosine of the angle between output and truth, 0 to 2; null where either alone is 0, or values are wrong by kind. */
  cosineDistance: number | null;
  /** Norm of the truth over norm of the error, in dB; null where either is 0, or values are wrong by kind. */
  snr: number | null;
  /** Values that are NaN or infinite and should be finite. */
  nonfinite: number;
  /** Values that should be NaN, or infinite with a certain sign, and are something else. */
  lost: number;
  /** Values that are NaN or infinite and rightly so: no figure covers them. */
  special: number;
};

/** The relative part of `Verdict.atol`'s tolerance: what numpy.allclose and torch.allclose take unless told. */
export const RTOL = 1e-5;

/** How an output's element compares with the truth's: as numbers, or by kind, rightly or not. */
type Kind = 'number' | 'special' | 'nonfinite' | 'lost';

/** What may be off where the bound is not known (its truth overflowed float64): nothing but the last denormal. */
export const roomOf = (bound: number): number => (Number.isFinite(bound) ? bound : 2 ** -149);

function kindOf(got: number, expected: number, bound: number): Kind {
  if (Number.isNaN(expected)) return Number.isNaN(got) ? 'special' : 'lost';
  const [low, high] = [expected - roomOf(bound), expected + roomOf(bound)];
  // As float32, so that the reference itself, which goes on in float64, is right where it leaves float32's range.
  const value = Math.fround(got);
  if (low >= OVERFLOW) return value === Infinity ? 'special' : 'lost';
  if (high <= -OVERFLOW) return value === -Infinity ? 'special' : 'lost';
  if (Number.isFinite(value)) return 'number';
  // Near the largest float32 a rounding decides, and both sides are right.
  const may = (value === Infinity && high >= OVERFLOW) || (value === -Infinity && low <= -OVERFLOW);
  return may ? 'special' : 'nonfinite';
}

/**
 * 1 − cosine of truth t and output t + e, from the error: the part of e that t does not explain, p = e − αt, is the
 * sine, and 1 − cos = sin² ÷ (1 + cos) loses no digits near 0. `along` is e·t.
 */
function angle(output: ArrayLike<number>, truth: ArrayLike<number>, at: Uint32Array, signal: number, along: number) {
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
 * Compares an output with the truth, element by element. The truth is what float64 gives, so:
 * - a finite truth that float32 rounds to an infinity, and an infinite one, want that infinity; a NaN wants NaN;
 * - a finite truth within its bound of float32's end takes the infinity as well as a number;
 * - any other infinity and any other NaN is wrong, and counted in `nonfinite`;
 * - zeros are equal whatever their sign: IEEE 754 compares them so, ONNX says nothing of it, and no operator of these
 *   networks tells them apart;
 * - a denormal may have been flushed to zero, which the bounds allow for.
 * Where the bound of a finite truth is NaN or infinite, nothing is allowed. Throws RangeError where the lengths differ.
 */
export function judge(output: ArrayLike<number>, truth: ArrayLike<number>, allowed: ArrayLike<number>): Verdict {
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
    // A bound of 0 allows no error; a run file holds no infinity.
    const share = size === 0 ? 0 : Math.min(size / room, Number.MAX_VALUE);
    if (share > ratio || index === 0) [ratio, bound] = [share, room];
  }
  const { special, nonfinite, lost } = counts;
  const elements = { error, scale, allowed: bound, ratio, atol, nonfinite, lost, special };
  // A vector with an element that is no number has no length, and one of none has no direction.
  if (beyondTolerance(counts) > 0 || counts.number === 0)
    return { ...elements, relativeL2: null, cosineDistance: null, snr: null };
  return {
    ...elements,
    relativeL2: noise === 0 ? 0 : finite(Math.sqrt(noise / signal)),
    cosineDistance: noise === 0 ? 0 : finite(angle(output, truth, numbers.subarray(0, counts.number), signal, along)),
    snr: finite(10 * Math.log10(signal / noise)),
  };
}

/** As much of a verdict as decides. */
type Decisive = Pick<Verdict, 'error' | 'ratio' | 'nonfinite' | 'lost'>;

/** Elements that no tolerance would let pass. */
export const beyondTolerance = ({ nonfinite, lost }: Pick<Verdict, 'nonfinite' | 'lost'>): number => nonfinite + lost;

/** Whether the output lies within the bound everywhere, and is NaN or infinite only where it must. */
export const isRight = (verdict: Omit<Decisive, 'error'>): boolean =>
  beyondTolerance(verdict) === 0 && verdict.ratio <= 1;

/** Whether one verdict is worse than another: what no tolerance lets pass is worse than any error. */
export const isWorse = (a: Omit<Decisive, 'error'>, b: Omit<Decisive, 'error'>): boolean =>
  beyondTolerance(a) > beyondTolerance(b) || (beyondTolerance(a) === beyondTolerance(b) && a.ratio > b.ratio);

/** A verdict in words: `error 1.00e-2 is 210× what is allowed`, after what no tolerance lets pass. */
export function verdictText({ error, ratio, nonfinite, lost }: Decisive): string {
  const values = (count: number) => (count === 1 ? '1 value' : `${count} values`);
  return [
    ...(nonfinite > 0 ? [`${values(nonfinite)} NaN or infinite that should be finite`] : []),
    ...(lost > 0 ? [`${values(lost)} other than the NaN or infinity that is right`] : []),
    ...(ratio > 1 || nonfinite + lost === 0
      ? [`error ${error.toExponential(2)} is ${ratio.toPrecision(3)}× what is allowed`]
      : []),
  ].join('; ');
}
