import type { Shape, Tensor, Weights } from '../tensor.ts';
import type { Arithmetic } from './rounding.ts';
import type { Way } from './way.ts';
import type { Field } from './window.ts';

/** One item per input of a node, in order. Every operator has at least one input. */
export type Inputs<T> = readonly [T, ...T[]];

/**
 * An operation in a graph. `name` is torchvision's feature-extraction name and names its one output; parameters are
 * `name.weight`, `name.bias`, and so on.
 */
export type Named<O> = { readonly name: string; readonly inputs: readonly string[] } & O;

/**
 * How the weights `seedN` draw a parameter: uniformly in `centre` ± `halfWidth`. `branch`: both are scaled by
 * 1/√(number of residual blocks) in a node that ends a residual branch.
 */
export type Seeded = { readonly centre: number; readonly halfWidth: number; readonly branch: boolean };

/** A parameter or buffer of one node, in PyTorch's layout. */
export type Parameter = {
  /** The part of its name after the node's, such as `weight`. */
  readonly suffix: string;
  readonly shape: Shape;
  /** False for a buffer, such as a normalisation's statistics. */
  readonly trained: boolean;
  readonly seeded: Seeded;
};

/** How PyTorch initialises the parameters of a layer when it is constructed. */
export type Drawn = {
  /** Number of inputs of one output value. `reset_parameters` draws weight and bias with it. */
  readonly fanIn: number;
  /** For a layer whose weight torchvision's ResNets draw again (`kaiming_normal_`, mode `fan_out`). */
  readonly fanOut?: number;
};

/** A parameter's values, and its name in messages. */
export type Stored = { readonly name: string; readonly data: ArrayLike<number> };

/** A node evaluated in float64. */
export type Evaluated<O> = {
  readonly node: Named<O>;
  readonly inputs: Inputs<Tensor>;
  readonly output: Tensor;
  readonly weights: Weights;
};

/** A node to compute in float32: its inputs, and the shape of its output. */
export type Emulated<O> = {
  readonly node: Named<O>;
  readonly inputs: Inputs<Tensor>;
  readonly weights: Weights;
  readonly shape: Shape;
};

/**
 * A row of the table of operators. `O` is the operation: `op`, the ONNX operator (opset 17) whose semantics it has, and
 * its attributes. Members may assume at least one input: `graph.ts` has checked it.
 */
export type Operator<O> = {
  /** Output shape. Throws, with the node's name, where the inputs' shapes do not fit. */
  shape(node: Named<O>, inputs: Inputs<Shape>): Shape;
  /** Parameters and buffers, in PyTorch's order. */
  parameters(node: O): readonly Parameter[];
  /** The output, of this shape, in float64. Throws where a parameter is missing. */
  forward(node: Named<O>, inputs: Inputs<Tensor>, weights: Weights, shape: Shape): Tensor;
  /**
   * The output as a runtime computes it in float32, in one of the ways that runtimes have: each value is a float32.
   * Inputs are float32 values. Absent where the output has one rounding: then it is `forward`'s, rounded.
   */
  emulate?(at: Emulated<O>, way: Way): Tensor;
  /**
   * Worst-case bound of each output value, if each input value differs by at most its error, for any order of summation
   * and with denormals flushed or kept. `errors` are at least TINY.
   */
  worstCase(at: Evaluated<O>, errors: Inputs<Float64Array>, a: Arithmetic): Float64Array;
  /**
   * Multiply-adds as torchvision and fvcore count them, without biases: 0 for all but convolutions and linear layers.
   */
  macs(node: O, output: Shape): number;
  /** Receptive field of one output pixel, from the input's. */
  field(node: O, input: Field): Field;
  /**
   * The same operation for images of at most this many channels. Its parameters are the original's first along each
   * axis. Undefined where that would be another operation.
   */
  narrowed(node: O, channels: number): O | undefined;
  /** Whether runtimes may compute it by Winograd's algorithm; absent where none do. */
  winograd?(node: O): boolean;
  /** Kernel, stride and groups of a window, such as `3×3/2 g32`. */
  window?(node: O): string;
  /** Number of output values, for this shape, that are computed at once in WebAssembly's memory. */
  atOnce?(node: O, output: Shape): number;
  /**
   * For a layer that PyTorch initialises at random. All other parameters start as ones (weights, variances) or zeros.
   */
  drawn?(node: O): Drawn;
  /**
   * Why the node has no result, in one line; undefined where it has one. `stored` finds its parameters, as far as
   * known.
   */
  whyUndefined?(node: O, stored: (suffix: string) => Stored | undefined): string | undefined;
  /** Set where runtimes fuse it into the node before it. */
  readonly fused?: true;
  /** What its channels count as where the coverage of inputs is told: see judge/coverage.ts. */
  readonly counted?: 'rectifier' | 'convolution';
  /** Set where it ends a residual block: its first input is the end of the branch. */
  readonly residual?: true;
  /**
   * Gradients of a loss with respect to the inputs, in order, and to the trained parameters, by suffix. `upstream` is
   * the gradient with respect to the output, and has its shape. All in float64.
   */
  gradient?(at: Evaluated<O>, upstream: Tensor): { inputs: Inputs<Tensor>; parameters: Map<string, Float64Array> };
};
