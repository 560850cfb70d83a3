import type { Shape, Tensor, Weights } from '../tensor.ts';
import type { Arithmetic } from './rounding.ts';
import type { Field } from './window.ts';

/** One item for each of a node's inputs, in order: every operator has at least one. */
export type Inputs<T> = readonly [T, ...T[]];

/**
 * An operation in a graph. `name` is torchvision's feature-extraction name and names its one output; parameters are
 * `name.weight`, `name.bias`, and so on.
 */
export type Named<O> = { readonly name: string; readonly inputs: readonly string[] } & O;

/**
 * How the weights `seedN` draw a parameter: uniformly, `halfWidth` around `centre`. `branch`: both are scaled by
 * 1/√(number of residual blocks) in a node that ends a residual branch.
 */
export type Seeded = { readonly centre: number; readonly halfWidth: number; readonly branch: boolean };

/** A parameter or buffer of one node, in PyTorch's layout. */
export type Parameter = {
  /** Its name after the node's, such as `weight`. */
  readonly suffix: string;
  readonly shape: Shape;
  /** False of a buffer, such as a normalisation's statistics. */
  readonly trained: boolean;
  readonly seeded: Seeded;
};

/** What PyTorch draws the parameters of a layer from when it is constructed. */
export type Drawn = {
  /** Inputs of one output value: `reset_parameters` draws weight and bias from it. */
  readonly fanIn: number;
  /** Of a layer whose weight torchvision's ResNets draw again (`kaiming_normal_`, mode `fan_out`). */
  readonly fanOut?: number;
};

/** A parameter's values, by the name that messages give it. */
export type Stored = { readonly name: string; readonly data: ArrayLike<number> };

/** One evaluation of a node in float64. */
export type Evaluated<O> = {
  readonly node: Named<O>;
  readonly inputs: Inputs<Tensor>;
  readonly output: Tensor;
  readonly weights: Weights;
};

/**
 * A row of the table of operators. `O` is the operation: `op`, the ONNX operator (opset 17) whose semantics it has, and
 * its attributes. Members take what fits: `graph.ts` has checked the number of inputs to be at least one.
 */
export type Operator<O> = {
  /** Output shape. Throws, with the node's name, where the inputs' do not fit. */
  shape(node: Named<O>, inputs: Inputs<Shape>): Shape;
  /** Parameters and buffers, in PyTorch's order. */
  parameters(node: O): readonly Parameter[];
  /** The output, of this shape, in float64. Throws where a parameter is missing. */
  forward(node: Named<O>, inputs: Inputs<Tensor>, weights: Weights, shape: Shape): Tensor;
  /**
   * Variance of each output value's rounding error in this arithmetic, from its inputs' variances: what they carry on,
   * and the node's own roundings.
   */
  variance(at: Evaluated<O>, variances: Inputs<Tensor>, a: Arithmetic): Float64Array;
  /**
   * What each output value may differ by in the worst case, if each input value differs by its error at most, for any
   * order of summation and with denormals flushed or kept. `errors` are at least TINY.
   */
  worstCase(at: Evaluated<O>, errors: Inputs<Float64Array>, a: Arithmetic): Float64Array;
  /** Multiply-adds as torchvision and fvcore count them, biases left out: 0 of all but convolutions and linear layers. */
  macs(node: O, output: Shape): number;
  /** Receptive field of one output pixel, from the input's. */
  field(node: O, input: Field): Field;
  /**
   * The same operation on images of at most this many channels, whose parameters are the first of the original's along
   * each axis; undefined where that would be another operation.
   */
  narrowed(node: O, channels: number): O | undefined;
  /** Kernel, stride and groups of a window, such as `3×3/2 g32`. */
  window?(node: O): string;
  /** Values of the output, of this shape, that are computed at once in WebAssembly's memory. */
  atOnce?(node: O, output: Shape): number;
  /** Of a layer that PyTorch draws at random: all other parameters start as ones (weights, variances) or zeros. */
  drawn?(node: O): Drawn;
  /** Why it has no result, in one line; undefined where it has one. `stored` finds its parameters, as far as known. */
  whyUndefined?(node: O, stored: (suffix: string) => Stored | undefined): string | undefined;
  /** Runtimes fuse it into what comes before. */
  readonly fused?: true;
  /** It ends a residual block: its first input is the branch's end. */
  readonly residual?: true;
  /**
   * Gradients of a loss with respect to the inputs, in order, and to the trained parameters by suffix, from that with
   * respect to the output, which has the output's shape. Float64 throughout.
   */
  gradient?(at: Evaluated<O>, upstream: Tensor): { inputs: Inputs<Tensor>; parameters: Map<string, Float64Array> };
};
