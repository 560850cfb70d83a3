import type { ChangeFinding, RoundTimes } from '../../suites/contract/change.ts';
import { type Cell, parseCell } from '../../suites/plan/cell.ts';
import { type ChangedPart, partsThatDiffer } from '../../suites/record/fingerprint.ts';
import type { Run } from '../../suites/record/record.ts';
import { adjusted, MIN_ROUNDS, pairedRatio, type Ratio, unpairedRatio } from '../../suites/stats/centre.ts';
import { median } from '../../suites/stats/quantiles.ts';
import { findSuite } from '../../suites/suites.ts';
import { type Row, tabulate } from '../table/table.ts';
import { REGRESSIONS, statusFinding, timesText, VERDICTS } from './changes.ts';
import { noticesOf } from './notices.ts';

/** Share of the claims `faster` and `slower` that may be false, over all times compared (false discovery rate). */
export const FALSE_RATE = 0.05;

/** A cell in both runs, or in one. */
export type Change = ChangeFinding & {
  readonly id: string;
  readonly cell: Cell;
  /** Of times: head ÷ base, its 95 % interval, and its p adjusted for the number of times compared. */
  readonly ratio: (Ratio & { readonly adjusted: number }) | undefined;
};

export type Comparison = {
  readonly base: Run;
  readonly head: Run;
  /** Relative difference of times that is too small to matter. */
  readonly threshold: number;
  /** Whether the runs took turns, so that rounds pair. */
  readonly paired: boolean;
  readonly differences: readonly ChangedPart[];
  readonly notices: readonly string[];
  /** By verdict, those that matter most first. */
  readonly changes: readonly Change[];
  /** Times compared. */
  readonly tested: number;
};

/** Milliseconds of each round by its number, and the clock resolution relative to them. */
type Times = { readonly byRound: ReadonlyMap<number, number>; readonly resolution: number };

const timesOf = (row: Row, { times, resolution }: RoundTimes): Times => ({
  byRound: new Map(times.map((time, i) => [row.keptRounds[i] ?? i, time])),
  resolution,
});

/** Why two rows ran on different devices, or undefined. */
function elsewhere(base: Row, head: Row): string | undefined {
  const device = ({ placements: [place] }: Row) =>
    [place?.device, place?.adapter?.description, place?.threads && `${place.threads.got} threads`]
      .filter(Boolean)
      .join(', ');
  const [a, b] = [device(base), device(head)];
  return a === b ? undefined : `ran on ${a}, then on ${b}`;
}

/** The ratio of two rows' times; undefined where there are too few rounds. */
function ratioOf(base: Times, head: Times, paired: boolean): Ratio | undefined {
  const resolution = base.resolution + head.resolution;
  if (!paired) return unpairedRatio([...base.byRound.values()], [...head.byRound.values()], resolution);
  const pairs = [...base.byRound].flatMap(([round, time]) => {
    const other = head.byRound.get(round);
    return other === undefined ? [] : [[time, other] as const];
  });
  return pairedRatio(pairs, resolution);
}

/** What times say, once their p is adjusted for all that were compared. */
function timeFinding(ratio: Ratio & { adjusted: number }, figures: string, threshold: number): ChangeFinding {
  const [low, high] = ratio.interval;
  const beyond = Math.max(ratio.ratio, 1 / ratio.ratio) > 1 + threshold;
  const apart = low > 1 || high < 1;
  if (apart && beyond && ratio.adjusted <= FALSE_RATE)
    return { verdict: ratio.ratio > 1 ? 'slower' : 'faster', figures, detail: '' };
  if (low >= 1 / (1 + threshold) && high <= 1 + threshold) return { verdict: 'same', figures, detail: '' };
  const detail = apart && beyond ? 'may be chance among so many comparisons' : 'the interval is too wide to tell';
  return { verdict: 'unsure', figures, detail: `${detail}: add rounds (--rounds)` };
}

/** A finding, or times whose finding waits for all others. */
type Pending = ChangeFinding | { readonly ratio: Ratio; readonly figures: string };

function pending(base: Row, head: Row, paired: boolean, otherMachine: boolean): Pending {
  const status = statusFinding(base, head);
  if (status !== undefined) return status;
  const change = findSuite(head.cell.suite)?.change;
  const same: ChangeFinding = { verdict: 'same', figures: 'ok in both', detail: '' };
  if (change === undefined) return same;
  if (change.by === 'figures' && change.acrossMachines) return change.find(base.measure, head.measure);
  if (change.by === 'times' && (base.measure === undefined || head.measure === undefined)) return same;
  const unlike = otherMachine ? 'made on different machines' : elsewhere(base, head);
  if (unlike !== undefined) return { verdict: 'unsure', figures: '', detail: unlike };
  if (change.by === 'figures') return change.find(base.measure, head.measure);
  const [a, b] = [base, head].map((row) => row.measure && timesOf(row, change.timesOf(row.measure)));
  if (a === undefined || b === undefined) return same;
  const figures = timesText(median([...a.byRound.values()]), median([...b.byRound.values()]));
  const ratio = ratioOf(a, b, paired);
  if (ratio !== undefined) return { ratio, figures };
  return { verdict: 'unsure', figures, detail: `fewer than ${MIN_ROUNDS} rounds: add rounds (--rounds)` };
}

/** Compares two runs cell by cell. `threshold` is the relative difference of times that is too small to matter. */
export function compare(base: Run, head: Run, threshold: number): Comparison {
  const rows = (run: Run) => new Map(tabulate(run).rows.map((row) => [row.id, row]));
  const [before, after] = [rows(base), rows(head)];
  const { pair } = base.header;
  const paired = pair !== null && pair.name === head.header.pair?.name;
  const differences = partsThatDiffer(base.header, head.header);
  const otherMachine = differences.some((part) => part.machine);

  const found = [...new Set([...after.keys(), ...before.keys()])].map((id): { id: string; one: Pending } => {
    const [a, b] = [before.get(id), after.get(id)];
    if (a === undefined) return { id, one: { verdict: 'new', figures: b?.status ?? '', detail: 'not in the base' } };
    if (b === undefined)
      return {
        id,
        one: { verdict: a.status === 'not run' ? 'unsure' : 'vanished', figures: a.status, detail: 'not in the head' },
      };
    return { id, one: pending(a, b, paired, otherMachine) };
  });
  const ratios = found.flatMap(({ one }) => ('ratio' in one ? [one.ratio] : []));
  const ps = adjusted(ratios.map(({ p }) => p));
  const changes = found.map(({ id, one }): Change => {
    const cell = parseCell(id);
    if (!('ratio' in one)) return { id, cell, ...one, ratio: undefined };
    const ratio = { ...one.ratio, adjusted: ps[ratios.indexOf(one.ratio)] ?? 1 };
    return { id, cell, ...timeFinding(ratio, one.figures, threshold), ratio };
  });
  const rank = ({ verdict }: Change) => VERDICTS.indexOf(verdict);
  return {
    base,
    head,
    threshold,
    paired,
    differences,
    notices: noticesOf(base, head, { paired, ratios, threshold }),
    changes: changes.sort((a, b) => rank(a) - rank(b)),
    tested: ratios.length,
  };
}

/** Whether anything got worse that must not. */
export const isRegression = ({ changes }: Comparison): boolean =>
  changes.some(({ verdict }) => REGRESSIONS.includes(verdict));
