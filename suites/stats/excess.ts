/** Milliseconds of each chain's interleaved calls. */
export type Times = { readonly short: number[]; readonly long: number[] };

/**
 * Minimum time of the longer chain minus that of the shorter, in milliseconds. Minima, because other work on the
 * machine only adds time. Undefined where the difference is not above 0: noise or clock resolution is larger than the
 * kernels' time.
 */
export function excess({ short, long }: Times): number | undefined {
  const more = Math.min(...long) - Math.min(...short);
  return more > 0 ? more : undefined;
}
