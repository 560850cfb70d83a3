/** Milliseconds of each chain's calls, in turns. */
export type Times = { readonly short: number[]; readonly long: number[] };

/**
 * By how much the longer chain exceeds the shorter, each at its best: other work on the machine only adds. Undefined
 * where the longer took no longer: noise, or the clock, is larger than the kernels.
 */
export function excess({ short, long }: Times): number | undefined {
  const more = Math.min(...long) - Math.min(...short);
  return more > 0 ? more : undefined;
}
