import { grouped } from '../../reference/collect.ts';
import type { ChangeVerdict } from '../../suites/contract/change.ts';
import type { Cell } from '../../suites/plan/cell.ts';
import { adjusted } from '../../suites/stats/centre.ts';
import { geometricMean } from '../../suites/stats/geometric-mean.ts';
import { moderatedPs } from '../../suites/stats/moderated.ts';
import { type AdjustedRatio, FALSE_RATES, type TimeTest } from './times.ts';

/** Fewest cells of a backend for a mean. */
const MIN_CELLS = 2;

/** The geometric mean of a backend's time ratios, over the cells of one suite. */
export type BackendChange = {
  readonly backend: string;
  /** The time that is compared, with its unit: `latency_median_ms`. */
  readonly metric: string;
  readonly cells: number;
  readonly verdict: ChangeVerdict;
  /** The largest threshold of its cells, and the largest that a claim must exceed. */
  readonly threshold: number;
  readonly claimed: number;
  readonly ratio: AdjustedRatio;
};

/** The main times of cells, with the cell. */
export type TimedCell = { readonly cell: Cell; readonly test: TimeTest };

function verdictOf(
  { ratio, interval: [low, high], adjusted: p }: AdjustedRatio,
  threshold: number,
  claimed: number,
): ChangeVerdict {
  const beyond = Math.max(ratio, 1 / ratio) > 1 + claimed;
  if (beyond && (low > 1 || high < 1) && p <= FALSE_RATES.backend) return ratio > 1 ? 'slower' : 'faster';
  return low >= 1 / (1 + threshold) && high <= 1 + threshold ? 'same' : 'unsure';
}

/** Each backend's geometric mean of ratios (geometricMean says how), over the cells with rounds enough in both runs. */
export function backendChanges(timed: readonly TimedCell[], paired: boolean): BackendChange[] {
  const main = timed.filter(({ test }) => test.kind === 'main' && test.ratio !== undefined);
  const groups = grouped(main, ({ cell, test }) => `${cell.backend} ${test.metric}`);
  const means = [...groups.values()].flatMap((members) => {
    const [first] = members;
    const ratio = geometricMean(
      members.map(({ test }) => test.times),
      paired,
    );
    if (first === undefined || ratio === undefined || members.length < MIN_CELLS) return [];
    const threshold = Math.max(...members.map(({ test }) => test.threshold));
    const claimed = Math.max(...members.map(({ test }) => test.claimed));
    return [
      { backend: first.cell.backend, metric: first.test.metric, cells: members.length, threshold, claimed, ratio },
    ];
  });
  const ps = moderatedPs(means.map(({ ratio }) => ratio.estimate));
  const corrected = adjusted(ps);
  return means.map((mean, i) => {
    const ratio = { ...mean.ratio, p: ps[i] ?? 1, adjusted: corrected[i] ?? 1 };
    return { ...mean, ratio, verdict: verdictOf(ratio, mean.threshold, mean.claimed) };
  });
}
