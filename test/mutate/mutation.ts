import type { Node } from '../../reference/graph.ts';
import type { Tensor, Weights } from '../../reference/tensor.ts';
import type { Compute } from './judging.ts';

/** When a mutant is wrong: always; on the second input only; in a second session, which taps it; in a batch's second image. */
export type Scope = 'every call' | 'second call' | 'second session' | 'second image';

/** One call of a mutated node. */
export type Call = {
  readonly node: Node;
  readonly inputs: readonly Tensor[];
  readonly weights: Weights;
  readonly shape: readonly number[];
  /** The node's right output on the input before. */
  readonly previous: Tensor | undefined;
  /** How a right implementation computes a node: in float32, or, for the mutant's own truth, in float64. */
  readonly right: Compute;
};

/** A defect in one node. It computes an output of the right shape wrongly. */
export type Mutation = {
  readonly what: string;
  /** Relative size, where the kind has one. */
  readonly size: number | undefined;
  readonly scope: Scope;
  compute(call: Call): Tensor;
};

/** A node that can be mutated, and what is drawn there. */
export type Site = {
  readonly node: Node;
  readonly weights: Weights;
  readonly shape: readonly number[];
  /** Channels to mutate: one drawn by seed, and the least active one. */
  readonly channels: readonly number[];
  /** Uniform whole numbers below a limit. */
  draw(below: number): number;
  /** The weights of this node with its normalisation's epsilon changed; undefined where none is folded into it. */
  refolded(epsilon: number): Weights | undefined;
};

export type Kind = { readonly id: string; mutants(site: Site): Mutation[] };

/** The node with its right implementation. */
export const right = ({ right: compute, node, inputs, weights, shape }: Call): Tensor =>
  compute(node, inputs, weights, shape);

/** The right output, changed value by value. */
export const after =
  (change: (value: number, channel: number) => number) =>
  (call: Call): Tensor => {
    const { shape, data } = right(call);
    const [images = 1, channels = 1] = shape;
    const area = data.length / (images * channels);
    return { shape, data: data.map((value, i) => change(value, Math.floor(i / area) % channels)) };
  };

/** The right output of the node with a parameter changed. */
export const withParameter =
  (name: string, change: (values: Float32Array) => Float32Array) =>
  (call: Call): Tensor => {
    const values = call.weights.get(name);
    if (values === undefined) throw new Error(`no parameter ${name}`);
    return right({ ...call, weights: new Map(call.weights).set(name, change(values)) });
  };

/** Rounds to a format of so many bits of precision, whose smallest normal exponent is given. */
export const roundedTo =
  (bits: number, smallest: number) =>
  (value: number): number => {
    if (value === 0 || !Number.isFinite(value)) return value;
    const unit = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(value))), smallest) - bits + 1);
    return Math.round(value / unit) * unit;
  };

export const float16 = roundedTo(11, -14);
export const bfloat16 = roundedTo(8, -126);
