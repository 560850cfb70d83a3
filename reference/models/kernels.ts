import type { Graph } from '../graph.ts';
import { ADD, builder, classifier, conv, INPUT, type Published } from './build.ts';

export type KernelsRow = Published & { readonly family: 'kernels'; readonly id: string };

/** What a chain of kernels is bound by: arithmetic (1×1 convolutions) or memory (sums of two tensors). */
export type Bound = 'compute' | 'memory';

/** Channels of a chain: a convolution of 256 does 64 operations for each byte that it moves, a sum one for twelve. */
export const CHANNELS: { readonly [bound in Bound]: number } = { compute: 256, memory: 16 };

/**
 * Not a network that anybody trains: one kernel again and again, on [N, 3, size, size]. Between two of different length
 * all but the kernels is alike: what is fed, the first convolution, and the [N, 10] that is read back. So the difference
 * of their times is that of the kernels (the idea of STREAM's Add and LINPACK's product, McCalpin 1995).
 */
export function buildChain(bound: Bound, length: number, classes = 10): Graph {
  const b = builder();
  const channels = CHANNELS[bound];
  const first = b.add('first', conv(3, channels, 1, 1), INPUT);
  let x = first;
  for (let i = 1; i <= length; i++)
    x = bound === 'compute' ? b.add(`conv${i}`, conv(channels, channels, 1, 1), x) : b.add(`add${i}`, ADD, x, first);
  classifier(b, 'fc', channels, classes, x);
  return b.finish(`${bound}${length}`, 3);
}
