import type { Pads, Pair } from '../graph.ts';

/** What a file's node passes on to the next while the file is read. */
export type Item = Value | Constant | Pending | Partial | Padded | Part | Piece;

/**
 * A value of the network: the node that computes it, and its shape as the network has it, [N, C, H, W] or
 * [N, features]. `last`: in the file its channels are last.
 */
export type Value = {
  readonly kind: 'value';
  readonly node: string;
  readonly shape: readonly number[];
  readonly last: boolean;
};

/** What the file holds itself. */
export type Constant = Floats | Integers;
export type Floats = {
  readonly kind: 'floats';
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
};
export type Integers = {
  readonly kind: 'integers';
  readonly shape: readonly number[];
  readonly data: readonly number[];
};

/** A convolution or product that may yet get its bias. */
export type Pending = {
  readonly kind: 'pending';
  readonly shape: readonly number[];
  readonly last: boolean;
  /** The value without one; the same each time. */
  plain(): Value;
  biased(name: string, bias: Floats): Value;
};

/**
 * A product of functions of one value, on the way to a Gelu or a layer normalisation: `scale` times `factors`, whose
 * words are composite.ts'.
 */
export type Partial = {
  readonly kind: 'partial';
  readonly of: Value;
  readonly scale: number;
  readonly factors: readonly string[];
  readonly epsilon: number;
  readonly weight: Floats | undefined;
};

/** An image with a border, for a convolution or pool to take in. */
export type Padded = { readonly kind: 'padded'; readonly of: Value; readonly pads: Pads; readonly fill: number };

/** One of equal parts of an image's channels, and a convolution of one. */
export type Part = { readonly kind: 'part'; readonly of: Value; readonly index: number; readonly count: number };
export type Piece = {
  readonly kind: 'piece';
  readonly part: Part;
  readonly filter: Filter;
  readonly geometry: Geometry;
  readonly bias: Floats | undefined;
  readonly relu: boolean;
};

/** How windows move over an image. `same`: as many outputs as strides, what is odd of the padding at the end or the beginning. */
export type Geometry = {
  readonly strides: Pair;
  readonly padding: Pads | 'same-upper' | 'same-lower';
  readonly group: number;
};

/** A convolution's weights, OIHW. */
export type Filter = { readonly weight: Floats; readonly in: number; readonly out: number; readonly kernel: Pair };
