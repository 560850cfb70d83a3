import type { Pads, Pair } from '../graph.ts';
import type { AutoPad } from '../ops/window.ts';

/** What a node of the file passes to the next node while the file is read. */
export type Item = Value | Constant | Pending | Partial | Padded | ChannelPart | Piece;

/**
 * A value of the network: the node that computes it, and its shape in the network, [N, C, H, W] or [N, features].
 * `last`: its channels are last in the file.
 */
export type Value = {
  readonly kind: 'value';
  readonly node: string;
  readonly shape: readonly number[];
  readonly last: boolean;
};

/** A constant in the file. */
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

/** A convolution or product whose bias may still be folded in from a following Add. */
export type Pending = {
  readonly kind: 'pending';
  readonly shape: readonly number[];
  readonly last: boolean;
  /** The value without a bias; the same value at every call. */
  plain(): Value;
  biased(name: string, bias: Floats): Value;
};

/**
 * A product of functions of one value, as a step of a Gelu or a layer normalisation: `scale` times `factors`, which are
 * steps of composite.ts.
 */
export type Partial = {
  readonly kind: 'partial';
  readonly of: Value;
  readonly scale: number;
  readonly factors: readonly string[];
  readonly epsilon: number;
  readonly weight: Floats | undefined;
};

/** An image with a border that a following convolution or pool takes as padding. */
export type Padded = { readonly kind: 'padded'; readonly of: Value; readonly pads: Pads; readonly fill: number };

/** One of several equal parts of an image's channels, and a convolution of one. */
export type ChannelPart = { readonly kind: 'part'; readonly of: Value; readonly index: number; readonly count: number };
export type Piece = {
  readonly kind: 'piece';
  readonly part: ChannelPart;
  readonly filter: Filter;
  readonly geometry: Geometry;
  readonly bias: Floats | undefined;
  readonly relu: boolean;
};

/**
 * How windows move over an image. `same-upper` and `same-lower`: one output per stride, with the odd row or column of
 * padding at the end or the beginning.
 */
export type Geometry = {
  readonly strides: Pair;
  readonly padding: Pads | 'same-upper' | 'same-lower';
  /** How the file spells the padding, where exports should spell it so too: runtimes differ in it. */
  readonly autoPad?: AutoPad;
  readonly group: number;
};

/** A convolution's weights, OIHW. */
export type Filter = { readonly weight: Floats; readonly in: number; readonly out: number; readonly kernel: Pair };
