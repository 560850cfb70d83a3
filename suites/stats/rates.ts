/** Operations a second of a call of `macs` multiply-adds, each of which is two, from the median in milliseconds. */
export const flopsOf = ({
  work,
  median,
}: {
  readonly work: { readonly macs: number };
  readonly median: number;
}): number => (2000 * work.macs) / median;

/** Images per second in each round: all that were asked over all the time that calls took, so slow calls count. */
export const ratesOf = ({ rounds }: { readonly rounds: readonly (readonly number[])[] }, batch: number): number[] =>
  rounds.map((samples) => (1000 * batch * samples.length) / samples.reduce((sum, ms) => sum + ms, 0));
