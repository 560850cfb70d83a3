import { excess, type Times } from '../stats/excess.ts';
import type { RooflineResult } from './schema.ts';

/**
 * Peak of a device through one runtime: operations and bytes per second. Undefined where noise is larger than the
 * kernels' time.
 */
export type Roofline = {
  readonly suite: 'roofline';
  readonly flops: number | undefined;
  readonly bandwidth: number | undefined;
  /** `size`: side of the convolutions' image, in pixels. `tensor`: bytes of each tensor that is added. */
  readonly size: number;
  readonly tensor: number;
};

/** The round with the most operations per second. */
export function roofline(results: readonly RooflineResult[]): Roofline | undefined {
  const perSecond = (amount: number, times: Times) => {
    const ms = excess(times);
    return ms && (1000 * amount) / ms;
  };
  const all = results.map(({ compute, memory }): Roofline => {
    return {
      suite: 'roofline',
      flops: perSecond(compute.flops, compute),
      bandwidth: perSecond(memory.bytes, memory),
      size: compute.size,
      tensor: memory.tensor,
    };
  });
  return all.sort((a, b) => (b.flops ?? 0) - (a.flops ?? 0))[0];
}
