import { excess, type Times } from '../stats/excess.ts';
import type { RooflineResult } from './schema.ts';

/** What a device reached through one runtime: operations and bytes a second; undefined where noise hides it. */
export type Roofline = {
  readonly suite: 'roofline';
  readonly flops: number | undefined;
  readonly bandwidth: number | undefined;
  /** Side of the image of the convolutions; bytes of each tensor of the sums. */
  readonly size: number;
  readonly tensor: number;
};

/** The round of most operations a second. */
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
