import { fenceOf } from '../stats/fence.ts';
import { median } from '../stats/quantiles.ts';
import { rankP } from '../stats/rank.ts';
import type { Accepted } from './accepted.ts';
import { baselineOf, FEWEST, type LevelPoint, type Series } from './levels.ts';
import { type Night, timeOf } from './night.ts';
import { controlShift, type Deviation, type Shift, shiftOf } from './shift.ts';

/** How a history is judged. */
export type Gate = {
  /** Relative difference of times that is too small to matter. */
  readonly threshold: number;
  readonly accepted: readonly Accepted[];
};

/**
 * How many spreads from the median the fence is. Chosen with test/gate/, for one false report in 100 nights. What looks
 * faster is not run again, so its fence is farther.
 */
const FENCE = { slower: 2.6, faster: 6 };

/** Largest p-value of the rank test for tonight alone, and for tonight together with the runs that repeat it. */
const RANK_P = 0.1;
const RANK_P_AGAIN = 0.05;

/** The smallest spread of a history's logarithms: below it, noise is not known. */
const LEAST_SPREAD = 0.001;

/** A cell tonight, what it is compared with, and how far it is from there. */
export type Judging = Deviation & {
  /** The history, as logarithms. */
  readonly earlier: readonly number[];
  readonly centre: number;
  readonly resolution: number;
  /** The last night before in which it was reported slower, unless that was accepted. */
  readonly slow: LevelPoint | undefined;
};

/** The first look at a night. */
export type Look = {
  readonly shift: Shift;
  readonly judging: readonly Judging[];
  /** Cells that look slower since tonight, to be run again, and those that look faster. */
  readonly slower: readonly Judging[];
  readonly faster: readonly Judging[];
  /** Cells that were slower and look as fast as before, to be run again too. */
  readonly back: readonly Judging[];
  /** Timed cells with fewer than FEWEST nights before. */
  readonly few: readonly string[];
};

/** How many nights the usual spread of all cells counts as. */
const USUAL_NIGHTS = 10;

/** The spread of a cell. One that is by chance below that of the others is moved towards it. */
function believed({ spread, earlier: { length } }: Judging, usual: number): number {
  const moved = Math.sqrt((length * spread ** 2 + USUAL_NIGHTS * usual ** 2) / (length + USUAL_NIGHTS));
  return Math.max(spread, moved, LEAST_SPREAD);
}

/** Spreads from few nights are uncertain, so the fence is wider. */
const widened = (nights: number): number => 1 + 3 / nights;

/** How far from the median of its history a cell has to be tonight, as a logarithm. */
const fence = (one: Judging, shift: Shift, times: number): number =>
  times * Math.hypot(widened(one.earlier.length) * one.spread, shift.scatter);

/**
 * Whether a cell that is slower by `log` since earlier nights is as fast as before: tonight, and each run that repeats it,
 * is far nearer to the history than to that, and the machine is steady enough to tell.
 */
export const isBack = ({ scatter }: Shift, log: number, logs: readonly number[]): boolean =>
  logs.every((own) => own < log / 3) && 2 * scatter < log / 3;

/** How many times as far as the fence a cell has to be, to be reported on the first night. */
const FAR = 1.5;

/** Which way a cell is off, how far each time is from the history that way, and what is too little to matter. */
function away(one: Judging, shift: Shift, threshold: number, logs: readonly number[]) {
  const [sign, times] = one.log > shift.log ? [1, FENCE.slower] : [-1, FENCE.faster];
  const signed = logs.map((log) => sign * log);
  const least = Math.log1p(threshold) + one.resolution;
  return { sign, signed, limit: fence(one, shift, times), least };
}

/**
 * Whether times are beyond the fence, the rank test and the least effect, all three. `logs` are against the median of the
 * history: tonight's own, and those of the runs that repeat it, of which the median counts.
 */
export function isBeyond(one: Judging, shift: Shift, threshold: number, logs: readonly number[]): boolean {
  const { sign, signed, limit, least } = away(one, shift, threshold, logs);
  const earlier = one.earlier.map((log) => sign * (log - one.centre));
  return rankP(earlier, signed) <= (logs.length > 1 ? RANK_P_AGAIN : RANK_P) && median(signed) > Math.max(limit, least);
}

/**
 * Whether times are so far beyond the fence, and agree so well, that one night is enough: other work of the machine does
 * not slow every run by about the same.
 */
export function isFar(one: Judging, shift: Shift, threshold: number, logs: readonly number[]): boolean {
  const { signed, limit, least } = away(one, shift, threshold, logs);
  const middle = median(signed);
  return middle > FAR * limit && signed.every((log) => log > Math.max(least, 0.6 * middle));
}

/** Compares every timed cell with its own history, once what all share is taken off. */
export function look(history: readonly Night[], series: Series, tonight: Night, gate: Gate): Look {
  const few: string[] = [];
  const raw: Judging[] = [];
  for (const [id, cell] of Object.entries(tonight.cells)) {
    const ms = timeOf(cell);
    if (ms === undefined) continue;
    const { place, resolution } = cell;
    const accepted = gate.accepted.filter((one) => one.id === id && one.status === null);
    const earlier = baselineOf(series.get(id) ?? [], place, accepted);
    if (earlier.length < FEWEST) {
      few.push(id);
      continue;
    }
    const { centre, spread } = fenceOf(earlier);
    const last = series.get(id)?.findLast((point) => point.place === place);
    const isNews = last?.verdict === 'slower' && !accepted.some(({ since }) => since === last.since);
    const slow = isNews ? last : undefined;
    raw.push({ id, log: Math.log(ms) - centre, earlier, centre, spread, resolution, slow });
  }
  const usual = raw.length > 0 ? median(raw.map(({ spread }) => spread)) : 0;
  const judging = raw.map((one) => ({ ...one, spread: believed(one, usual) }));
  const last = history.at(-1);
  const changed =
    last !== undefined && (last.parts.packages !== tonight.parts.packages || last.commit !== tonight.commit);
  const { threshold } = gate;
  const shift = shiftOf(judging, controlShift(history, tonight), { threshold, changed });
  const off = judging.filter((one) => isBeyond(one, shift, threshold, [one.log - shift.log]));
  return {
    shift,
    judging,
    slower: off.filter(({ log, slow }) => log > shift.log && slow === undefined),
    back: judging.filter(
      ({ slow, log }) => slow !== undefined && isBack(shift, Math.log(slow.ratio), [log - shift.log]),
    ),
    faster: off.filter(({ log, slow }) => log < shift.log && slow === undefined),
    few,
  };
}
