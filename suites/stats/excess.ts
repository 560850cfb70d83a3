import { quantile } from './quantiles.ts';

/** Milliseconds of each chain's interleaved calls. */
export type Times = { readonly short: number[]; readonly long: number[] };

/** By how much a minimum may be too large: the fastest quarter of the samples is within this of it. */
const doubt = (samples: readonly number[]): number => quantile(samples, 0.25) - Math.min(...samples);

/**
 * Minimum time of the longer chain minus that of the shorter, in milliseconds. Minima, because other work on the
 * machine only adds time. Undefined where the difference is not above what both minima may be wrong by: noise or clock
 * resolution is larger than the kernels' time.
 */
export function excess({ short, long }: Times): number | undefined {
  const more = Math.min(...long) - Math.min(...short);
  return more > doubt(short) + doubt(long) ? more : undefined;
}
