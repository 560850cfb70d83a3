import { LARGEST, TINY } from '../float32.ts';
import { FLOAT32 } from '../judge/bounds.ts';
import type { Arithmetic } from '../ops/rounding.ts';
import type { Pass } from '../passes/pass.ts';

/** A number format in which networks run. */
export type PrecisionRow = {
  /** Its name in cell ids: letters and digits, since a dash begins the form. */
  readonly id: string;
  readonly title: string;
  /** Formats of weights, activations and accumulators. */
  readonly storage: { readonly weights: string; readonly activations: string };
  readonly accumulator: string;
  /** How it rounds, including its unit roundoff. The judge's bounds follow from it. */
  readonly arithmetic: Arithmetic;
  /** The largest finite value, and the smallest normal one. */
  readonly range: { readonly largest: number; readonly smallestNormal: number };
  /** The pass that converts a float32 network to this precision; undefined where none is needed. */
  readonly pass: Pass | undefined;
  /** What its outputs are compared with, as text. */
  readonly truth: string;
};

export const PRECISIONS: readonly PrecisionRow[] = [
  {
    id: 'fp32',
    title: 'single precision (IEEE 754 binary32)',
    storage: { weights: 'float32', activations: 'float32' },
    accumulator: 'float32',
    arithmetic: FLOAT32,
    range: { largest: LARGEST, smallestNormal: TINY },
    pass: undefined,
    truth: 'the network as it is read, before any pass, evaluated in float64',
  },
];

/** The precision of models as they are read, and the default precision. */
export const FULL_PRECISION = 'fp32';

/** The row of a precision. Throws where there is none. */
export function precisionOf(id: string): PrecisionRow {
  const row = PRECISIONS.find((one) => one.id === id);
  if (row === undefined) throw new Error(`no precision '${id}'`);
  return row;
}
