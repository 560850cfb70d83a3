/** Operations per second of a call of `macs` multiply-adds (two operations each), from the median in milliseconds. */
export const flopsOf = ({
  work,
  median,
}: {
  readonly work: { readonly macs: number };
  readonly median: number;
}): number => (2000 * work.macs) / median;

/** Images per second in each round: all images ÷ the total time of all calls, so slow calls count. */
export const ratesOf = ({ rounds }: { readonly rounds: readonly (readonly number[])[] }, batch: number): number[] =>
  rounds.map((samples) => (1000 * batch * samples.length) / samples.reduce((sum, ms) => sum + ms, 0));
