import type { Read } from '../../reference/formats/format.ts';
import { judgePiece } from '../../reference/judge/piece.ts';
import { beyondTolerance, isRight, type Verdict, worstError } from '../../reference/judge/verdict.ts';
import type { Arithmetic } from '../../reference/ops/rounding.ts';
import { type Between, between } from '../../reference/passes/between.ts';
import type { Tensor } from '../../reference/tensor.ts';
import { nonfiniteIn } from './answers.ts';

/** Values of a network as a runtime had them, by node. */
export type MeasuredValues = ReadonlyMap<string, Tensor>;

/** A piece beyond its worst case, with the error at its worst element; null where values are wrong by kind. */
export type Broken = { readonly piece: Between; readonly error: number; readonly ratio: number | null };

/** A piece beyond what right implementations of it do, and by how much. */
type Odd = { readonly piece: Between; readonly ratio: number };

/** Pieces of a network, none beyond its worst case. */
export type Within = {
  /** How many were judged. */
  readonly judged: number;
  /** The first that is beyond what right implementations do, Winograd's convolution among them. */
  readonly odd: Odd | undefined;
  /** Whether all pieces were judged, and by what right implementations do too. */
  readonly all: boolean;
  /** Whether time ended before the last one. */
  readonly ended: boolean;
};

export const figuresOf = (verdict: Verdict): Omit<Broken, 'piece'> => ({
  error: worstError(verdict),
  ratio: beyondTolerance(verdict) > 0 ? null : verdict.ratio,
});

/**
 * Judges the pieces between known values, in order, each fed its own measured input. Returns the first that is beyond its
 * worst case, else what is known of all. A piece whose input has a NaN or an infinity is passed over: nothing follows for its
 * output. `timeEnded` is asked before each piece.
 */
export function judgePieces(
  { graph, weights }: Read,
  values: MeasuredValues,
  a: Arithmetic,
  timeEnded: () => boolean,
): Broken | Within {
  let judged = 0;
  let all = true;
  let odd: Odd | undefined;
  for (const piece of between(graph, new Set(values.keys()))) {
    if (timeEnded()) return { judged, odd, all: false, ended: true };
    const output = values.get(piece.at(-1)?.name ?? '')?.data;
    const given = new Map(piece.flatMap(({ inputs }) => inputs.flatMap((name) => pair(name, values.get(name)))));
    if (output === undefined || [...given.values()].some(({ data }) => nonfiniteIn(data) > 0)) {
      all = false;
      continue;
    }
    const { proof, fit } = judgePiece({ nodes: piece, given, output, weights }, a);
    if (!isRight(proof)) return { piece, ...figuresOf(proof) };
    judged++;
    if (fit === undefined) all = false;
    else if (fit.wide > 1) odd ??= { piece, ratio: fit.wide };
  }
  return { judged, odd, all, ended: false };
}

const pair = (name: string, value: Tensor | undefined): [string, Tensor][] =>
  value === undefined ? [] : [[name, value]];
