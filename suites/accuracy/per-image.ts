import { decodeFloats, encodeFloats } from '../../reference/float32.ts';
import type { AccuracyResult } from './schema.ts';

/** Images in a text of floats: 21,848 characters. A line of a run file holds texts of up to 32,768 uncut. */
const PIECE = 4096;

/** Encodes a value of each image as float32. */
export function encodePieces(values: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < values.length; at += PIECE) pieces.push(encodeFloats(values.slice(at, at + PIECE)));
  return pieces;
}

/** Decodes what encodePieces wrote. Throws where a piece is damaged. */
export const decodePieces = (pieces: readonly string[]): number[] => pieces.flatMap((one) => [...decodeFloats(one)]);

/** The parts of a result that have a value for each classified image, in order. */
export type EachImage = {
  readonly answers: number[];
  readonly labels: number[];
  readonly confidences: string[];
  readonly margins: string[];
};

/** What a result says of each image; undefined in older files. */
export function eachImage({ answers, labels, confidences, margins }: AccuracyResult): EachImage | undefined {
  const whole = answers !== undefined && labels !== undefined && confidences !== undefined && margins !== undefined;
  return whole ? { answers, labels, confidences, margins } : undefined;
}

/**
 * One image's scores: its class, that class's softmax probability, the difference of the two largest logits, and how many
 * logits are NaN or infinite.
 */
export type ImageScore = {
  readonly answer: number;
  readonly confidence: number;
  readonly margin: number;
  readonly nonfinite: number;
};

/**
 * Reads the logits of one image, `classes` values from `offset` on. NaN is skipped in the search for the best; of equal
 * ones, the first is the answer. The confidence is NaN where a logit is NaN or the best infinite, the margin where there is
 * one class only.
 */
export function scoreOf(logits: ArrayLike<number>, offset: number, classes: number): ImageScore {
  let [answer, best, second, nonfinite] = [-1, Number.NaN, Number.NaN, 0];
  for (let i = 0; i < classes; i++) {
    const value = logits[offset + i] as number;
    if (!Number.isFinite(value)) nonfinite++;
    if (Number.isNaN(value)) continue;
    if (answer < 0 || value > best) [answer, second, best] = [i, best, value];
    else if (Number.isNaN(second) || value > second) second = value;
  }
  let sum = 0;
  for (let i = 0; i < classes; i++) sum += Math.exp((logits[offset + i] as number) - best);
  return { answer, confidence: 1 / sum, margin: best - second, nonfinite };
}
