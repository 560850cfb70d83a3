import { splitModel } from '../../reference/models/load.ts';
import { findModel } from '../../reference/models/models.ts';
import { hashName, shuffled } from '../../reference/random.ts';
import { findBackend } from '../backends/backends.ts';
import type { BackendRow } from '../contract/backend.ts';
import { type Cell, cellId } from '../plan/cell.ts';
import { sessionKey } from '../plan/session.ts';
import { shortened } from '../record/limits.ts';
import type { Outcome, Record } from '../record/record.ts';
import { findSuite } from '../suites.ts';
import {
  openHistory,
  type PastVisit,
  type RoundTime,
  type RunHistory,
  repeatOf,
  type Variant,
  type Visited,
} from './history.ts';

/** Cells that one session answers together, and their estimated cost. */
export type Group = {
  readonly key: string;
  readonly cells: readonly Cell[];
  readonly row: BackendRow;
  /** Whether the group runs only where its smaller twin was quick. */
  readonly large: boolean;
  /** Whether one round is enough. */
  readonly once: boolean;
  /** Relative cost before anything was measured: the network's parameters × batch. */
  readonly cost: number;
};

/** Groups the cells that differ only in their suite. A suite with a dedicated session gets its own group. */
export function groupCells(cells: readonly Cell[], isLarge: (cell: Cell) => boolean): Group[] {
  const groups = new Map<string, Cell[]>();
  for (const cell of cells) {
    const key = sessionKey(cell);
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [cell]);
    else members.push(cell);
  }
  return [...groups].map(([key, members]) => {
    const [cell] = members as [Cell];
    const row = findBackend(cell.backend);
    if (row === undefined) throw new Error(`no backend '${cell.backend}'`);
    const cost = (findModel(splitModel(cell.model).arch)?.parameters ?? 0) * cell.batch;
    return { key, cells: members, row, large: isLarge(cell), cost, once: findSuite(cell.suite)?.once ?? false };
  });
}

export type Schedule = {
  readonly rounds: number;
  readonly seed: number;
  /** No visit starts that is predicted to end later than this. */
  readonly budgetSeconds: number;
  /** No visit is repeated that is predicted to take longer. */
  readonly repeatSeconds: number;
  now(): number;
  /** Predicts the seconds of a group's first visit from earlier visits; undefined where unknown. */
  predict(group: Group, visited: ReadonlyMap<string, Visited>): number | undefined;
  /** A large group is tried only where its predicted visit is at most this long. */
  readonly largeSeconds: number;
  /** Visits of earlier parts of the run, in order. */
  readonly past: readonly PastVisit[];
  /** The interleaved versions of every cell. */
  readonly variants: readonly Variant[];
  /** Whether a group needs no more rounds, judged by its times so far. */
  settled(times: readonly RoundTime[], round: number): boolean;
};

/** The order of the versions in a round. They alternate in going first, so that order favours neither. */
const turns = (variants: readonly Variant[], group: Group, round: number): readonly Variant[] =>
  (hashName(group.key) + round) % 2 === 0 ? variants : [...variants].reverse();

/** The progress that the runner reports. */
export type Progress = {
  readonly group: Group;
  readonly round: number;
  readonly done: number;
  readonly total: number;
  readonly remainingSeconds: number;
};

/** The cells of a group without a record of this version in this round. */
const openCells = ({ cells, key }: Group, round: number, variant: Variant, history: RunHistory): readonly Cell[] =>
  cells.filter(({ suite }) => !history.suitesOf(key, round, variant).has(suite));

/** Whether a group is visited in a round, `elapsedSeconds` after the start. */
function isDue(
  group: Group,
  round: number,
  { schedule, history }: { readonly schedule: Schedule; readonly history: RunHistory },
  elapsedSeconds: number,
): boolean {
  const { variants, budgetSeconds, repeatSeconds, largeSeconds } = schedule;
  const open = variants.map((variant) => openCells(group, round, variant, history).length);
  if (open.every((count) => count === 0)) return false;
  const before = history.visited.get(group.key);
  const predicted = before === undefined ? schedule.predict(group, history.visited) : repeatOf(before);
  const turns = open.filter((count) => count > 0).length;
  if (elapsedSeconds + (predicted ?? 0) * turns > budgetSeconds) return false;
  // A visit that a crash left partly recorded is completed, whatever the recorded part says.
  if (open.some((count) => count < group.cells.length)) return true;
  if (history.failed.has(group.key)) return false;
  if (round === 0) return !group.large || (predicted ?? Infinity) <= largeSeconds;
  const settled = group.once || schedule.settled(history.times.get(group.key) ?? [], round);
  return !settled && (predicted ?? Infinity) <= repeatSeconds;
}

/** Whether any visit is left to make. None is left where the run is complete or its budget is used up. */
export function isAnyDue(groups: readonly Group[], schedule: Schedule): boolean {
  const history = openHistory(schedule.past);
  for (let round = 0; round < schedule.rounds; round++)
    if (groups.some((group) => isDue(group, round, { schedule, history }, 0))) return true;
  return false;
}

/** What a schedule does: it makes a visit, appends a record, and reports its progress before each visit. */
export type Doing = {
  visit(group: Group, round: number, variant: Variant): Promise<Map<string, Outcome>>;
  append(record: Record, variant: Variant): void;
  tell(progress: Progress): void;
};

/**
 * Visits every group once, small networks first and large images last, so that a budget that ends early leaves out the
 * most expensive cells. Later rounds repeat this in a new random order. A group that failed is not tried again, and
 * cells that past visits recorded are not repeated. Appends a record for each cell as it ends.
 */
export async function runGroups(
  groups: readonly Group[],
  schedule: Schedule,
  { visit, append, tell }: Doing,
): Promise<void> {
  const start = schedule.now();
  const elapsed = () => (schedule.now() - start) / 1000;
  const history = openHistory(schedule.past);
  let done = 0;
  const total = groups.length * schedule.rounds;
  for (let round = 0; round < schedule.rounds; round++) {
    const order = shuffled(groups, schedule.seed + round + hashName('rounds'));
    if (round === 0) order.sort((a, b) => Number(a.large) - Number(b.large) || a.cost - b.cost);
    for (const group of order) {
      done++;
      if (!isDue(group, round, { schedule, history }, elapsed())) continue;
      tell({ group, round, done, total, remainingSeconds: Math.max(0, schedule.budgetSeconds - elapsed()) });
      for (const variant of turns(schedule.variants, group, round)) {
        const cells = openCells(group, round, variant, history);
        if (cells.length === 0) continue;
        const began = elapsed();
        const answered = await visit({ ...group, cells }, round, variant);
        const silent: Outcome = { status: 'crash', reason: 'the visit returned no outcome', phase: 'reply' };
        const outcomes = new Map(cells.map(({ suite }) => [suite, answered.get(suite) ?? silent]));
        history.note({ key: group.key, round, variant, seconds: elapsed() - began, outcomes });
        for (const cell of cells) {
          const outcome = outcomes.get(cell.suite) ?? silent;
          const at = new Date().toISOString();
          append({ kind: 'record', id: cellId(cell), round, at, outcome: shortened(outcome) }, variant);
        }
      }
    }
  }
}
