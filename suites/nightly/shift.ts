import { fenceOf, weightedMedian } from '../stats/fence.ts';
import { median } from '../stats/quantiles.ts';
import { FEWEST, WINDOW } from './levels.ts';
import type { Night } from './night.ts';

/** A cell tonight against its own history: logarithms. */
export type Deviation = {
  readonly id: string;
  /** Tonight minus the median of the history. */
  readonly log: number;
  /** The spread of the history. */
  readonly spread: number;
};

/** What all cells share tonight. */
export type Shift = {
  /** The logarithm of the factor that is taken off every cell. */
  readonly log: number;
  /** How much the cells scatter around it, beyond what they do every night: a standard deviation of logarithms. */
  readonly scatter: number;
  /** A sentence where the machine, or everything on it, was slower or faster. */
  readonly notice: string | undefined;
};

/** Cells and runtimes from which on their median says what they share. */
const LEAST_CELLS = 5;
const LEAST_RUNTIMES = 2;

/** The scatter over cells in an ordinary night, in spreads of a cell over nights: cells differ, and histories drift. */
const USUAL_SCATTER = 1.3;

/** The runtime of a cell: the first part of its backend. */
const runtimeOf = (id: string): string => id.split(':')[5]?.split('/')[0] ?? '';

/** Median over cells in which every runtime has the same weight, so that one slower runtime does not move it. */
function common(deviations: readonly Deviation[]): { log: number; runtimes: number } {
  const sizes = new Map<string, number>();
  for (const { id } of deviations) sizes.set(runtimeOf(id), (sizes.get(runtimeOf(id)) ?? 0) + 1);
  const weighted = deviations.map(({ id, log }) => ({ value: log, weight: 1 / (sizes.get(runtimeOf(id)) ?? 1) }));
  return { log: weightedMedian(weighted), runtimes: sizes.size };
}

/** The control tonight against its median over the last nights, as a logarithm; undefined where it is not known. */
export function controlShift(history: readonly Night[], tonight: Night): number | undefined {
  const before = history.flatMap(({ control }) => (control === null ? [] : [control])).slice(-WINDOW);
  return tonight.control === null || before.length < FEWEST ? undefined : Math.log(tonight.control / median(before));
}

/** `×1.055`: a factor from its logarithm. */
export const factorText = (log: number): string => `×${Math.exp(log).toFixed(3)}`;

/**
 * What all cells share tonight, such as a slow machine. The median deviation of the cells is taken off each, unless it is
 * larger than `threshold` and the control, a kernel that no runtime is part of, did not move: then it is no slow machine.
 * Fewer than five cells share nothing that is known: where the control moved, they are only trusted less.
 */
export function shiftOf(
  deviations: readonly Deviation[],
  control: number | undefined,
  { threshold, changed }: { readonly threshold: number; readonly changed: boolean },
): Shift {
  const { log, runtimes } = common(deviations);
  const large = Math.log1p(threshold);
  const moved = control !== undefined && Math.abs(control) > large;
  if (deviations.length < LEAST_CELLS) {
    if (!moved) return { log: 0, scatter: 0, notice: undefined };
    const notice = `the machine was not as usual: the control took ${factorText(control)} of its time, so only larger differences are reported`;
    return { log: 0, scatter: Math.abs(control) / 2, notice };
  }
  const all = `all cells took ${factorText(log)} of their usual time`;
  const kernel = control === undefined ? 'no control was recorded' : `the control ${factorText(control)}`;
  // One runtime in a new version may well be slower in every cell.
  const told = control === undefined ? !(changed && runtimes < LEAST_RUNTIMES) : Math.abs(control) >= Math.abs(log) / 2;
  if (Math.abs(log) > large && !told) {
    const notice = `${all}, and ${kernel}: that is not the machine, so each is judged as it is`;
    return { log: 0, scatter: 0, notice };
  }
  const { spread } = fenceOf(deviations.map((one) => one.log));
  const usual = USUAL_SCATTER * median(deviations.map((one) => one.spread));
  const notice =
    Math.abs(log) > large
      ? `the machine was ${log > 0 ? 'slow' : 'fast'} tonight: ${all} (${kernel}), which is taken off each`
      : undefined;
  return { log, scatter: Math.sqrt(Math.max(0, spread ** 2 - usual ** 2)), notice };
}
