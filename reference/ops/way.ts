import { shuffled } from '../random.ts';
import { nchw, type Tensor } from '../tensor.ts';
import type { Sums } from './matmul.ts';

/**
 * The order in which a runtime adds the terms of a convolution or a matrix product: by channel, row and column; from the
 * last to the first; by row, column and channel, as where channels are stored last; or shuffled with a seed.
 */
export type Order = 'forward' | 'reversed' | 'channels last' | { readonly seed: number };

/** One of the ways in which runtimes compute a network in float32. */
export type Way = Sums & {
  readonly id: string;
  readonly rounding: 'float32' | 'fused';
  readonly order: Order;
  /** Whether sums begin with the bias; otherwise it is added last. */
  readonly biasFirst: boolean;
  /** Side of the output tile of Winograd's convolution, where the window allows it; undefined for sums of products. */
  readonly winograd: 2 | 4 | undefined;
  /** Whether batch normalisation is folded into the convolution before it. */
  readonly folded: boolean;
  /** Whether denormal values are flushed to zero. */
  readonly flush: boolean;
};

/**
 * The ways to compute in float32 whose errors set the limits of right outputs. `direct` sums products, `winograd` uses
 * Winograd's algorithm where the window allows it; `flushing` is added for networks with denormals.
 */
export type Ways = {
  readonly direct: readonly Way[];
  readonly winograd: readonly Way[];
  readonly flushing: Way;
};

/** Position of each term in the order channel, row, column; undefined for that order. `area`: terms per channel. */
export function orderOf(order: Order, channels: number, area: number): Int32Array | undefined {
  const k = channels * area;
  if (order === 'forward') return undefined;
  if (order === 'reversed') return Int32Array.from({ length: k }, (_, i) => k - 1 - i);
  if (order === 'channels last')
    return Int32Array.from({ length: k }, (_, i) => (i % channels) * area + Math.floor(i / channels));
  return Int32Array.from(shuffled([...new Array<number>(k).keys()], order.seed + k));
}

/** An image, and its values plus one of these per channel, in float32. Writes over the image's values. */
export function plusBias(x: Tensor, bias: ArrayLike<number>): Tensor {
  const [n, c, h, w] = nchw(x.shape);
  for (let plane = 0, at = 0; plane < n * c; plane++) {
    const value = bias[plane % c] as number;
    for (let i = 0; i < h * w; i++, at++) x.data[at] = Math.fround((x.data[at] as number) + value);
  }
  return x;
}
