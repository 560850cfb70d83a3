import { between, ITSELF, type Ratio, ratioOf, type TrimmedMean, trim } from './centre.ts';

/** A cell's times by round, in milliseconds: at least MIN_ROUNDS in each run, all above 0. */
export type CellTimes = {
  readonly base: ReadonlyMap<number, number>;
  readonly head: ReadonlyMap<number, number>;
  /** Clock resolution as a share of the times, of both runs together. */
  readonly resolution: number;
  /** Whether both runs hold the same measurement, so that nothing is between the two. */
  readonly same: boolean;
};

/** A cell's logarithms by round: of its times in one run, or of its ratios. */
type Logarithms = ReadonlyMap<number, number>;

/**
 * The mean over cells of their trimmed means, and its standard error. Each round is one sweep over all cells, so what
 * slows the machine for a while hits the cells of a round together: they are one cluster. A round's share of the
 * error is the sum of its cells' winsorised deviations, each ÷ (cells × rounds that its cell keeps); the variance is
 * the sum of the squared shares, times G ÷ (G − 1) (cluster-robust; Liang and Zeger 1986). G is the effective number of
 * rounds: that of equal weights with the same sum and sum of squares, as cells may have other numbers of rounds
 * (Satterthwaite's principle), without what trimming left out. For one cell, this is the cell's own trimmed mean and
 * standard error.
 */
export function clusteredMean(cells: readonly Logarithms[]): TrimmedMean {
  const shares = new Map<number, { error: number; weight: number }>();
  let [sum, kept, all] = [0, 0, 0];
  for (const cell of cells) {
    const trimmed = trim([...cell.values()]);
    sum += trimmed.mean;
    kept += trimmed.kept;
    all += cell.size;
    [...cell.keys()].forEach((round, i) => {
      const { error, weight } = shares.get(round) ?? { error: 0, weight: 0 };
      const own = (trimmed.deviations[i] ?? 0) / (cells.length * trimmed.kept);
      shares.set(round, { error: error + own, weight: weight + 1 / trimmed.kept ** 2 });
    });
  }
  const parts = [...shares.values()];
  const weight = parts.reduce((total, part) => total + part.weight, 0);
  const effective = (weight ** 2 / parts.reduce((total, part) => total + part.weight ** 2, 0)) * (kept / all);
  const squares = parts.reduce((total, { error }) => total + error ** 2, 0);
  const df = Math.max(1, effective - 1);
  return { mean: sum / cells.length, variance: (squares * (df + 1)) / df, df };
}

const logarithms = (times: ReadonlyMap<number, number>): Logarithms =>
  new Map([...times].map(([round, time]) => [round, Math.log(time)]));

/** Of rounds that both runs have. */
const ratiosOf = ({ base, head }: CellTimes): Logarithms =>
  new Map(
    [...base].flatMap(([round, time]) => {
      const other = head.get(round);
      return other === undefined ? [] : [[round, Math.log(other / time)] as const];
    }),
  );

/**
 * The geometric mean of the cells' time ratios, head ÷ base, with its 95 % interval: Student's t on clusteredMean of
 * each run, with Welch's degrees of freedom between them; where the runs took turns (`paired`), on that of the pairs'
 * ratios. Noise that cells of a round share is in the interval. What differs between the runs but not within them,
 * such as the machine's state, is not: a control shows that. Undefined without cells.
 */
export function geometricMean(cells: readonly CellTimes[], paired: boolean): Ratio | undefined {
  if (cells.length === 0) return undefined;
  const measured = cells.filter(({ same }) => !same);
  if (measured.length === 0) return ITSELF;
  const resolution = measured.reduce((sum, one) => sum + one.resolution, 0) / cells.length;
  const difference = paired
    ? clusteredMean(measured.map(ratiosOf))
    : between(
        clusteredMean(measured.map(({ base }) => logarithms(base))),
        clusteredMean(measured.map(({ head }) => logarithms(head))),
      );
  // A cell that is the same measurement adds a logarithm of 0, without an error.
  const share = measured.length / cells.length;
  return ratioOf(
    { mean: share * difference.mean, variance: share ** 2 * difference.variance, df: difference.df },
    resolution,
  );
}
