/** Milliseconds of each chain's calls, in turns. */
export type Times = { readonly short: number[]; readonly long: number[] };

/**
 * By how much the longer chain exceeds the shorter, each at its best: other work on the machine only adds. Not positive
 * where noise, or the clock, is larger than the kernels.
 */
export const excess = ({ short, long }: Times): number => Math.min(...long) - Math.min(...short);
