import type { Graph } from '../graph.ts';
import { ADD, builder, classifier, conv, INPUT, type Published } from './build.ts';

export type KernelsRow = Published & { readonly family: 'kernels'; readonly id: string };

/**
 * What limits a chain of kernels: arithmetic (1×1 convolutions; or 3×3, which some runtimes compute faster) or memory
 * bandwidth (sums of two tensors).
 */
export type Bound = 'compute' | 'spatial' | 'memory';

/**
 * Channels of a chain, and the side of its convolutions' kernel: a 1×1 convolution of 256 channels does 64 operations per
 * byte moved, a 3×3 one of 128 channels 288, a sum one per twelve bytes.
 */
export const CHANNELS: { readonly [bound in Bound]: number } = { compute: 256, spatial: 128, memory: 16 };
export const KERNEL: { readonly [bound in Bound]: number } = { compute: 1, spatial: 3, memory: 0 };

/**
 * Not a network to train: one kernel repeated, on [N, 3, size, size]. Two chains of different length differ in nothing
 * but the kernels: they have the same input, the same first convolution, and the same [N, 10] read-back. So the
 * difference of their times is the time of the kernels (the idea of STREAM's Add and LINPACK's product, McCalpin 1995).
 */
export function buildChain(bound: Bound, length: number, classes = 10): Graph {
  const b = builder();
  const channels = CHANNELS[bound];
  const first = b.add('first', conv(3, channels, 1, 1), INPUT);
  let x = first;
  for (let i = 1; i <= length; i++)
    x =
      bound === 'memory'
        ? b.add(`add${i}`, ADD, x, first)
        : b.add(`conv${i}`, conv(channels, channels, KERNEL[bound], 1), x);
  classifier(b, 'fc', { features: channels, classes }, x);
  return b.finish(`${bound}${length}`, 3);
}
