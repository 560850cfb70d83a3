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
  /** Whether one round is enough. */
  readonly once: boolean;
  /** Relative cost before anything was measured: the network's parameters × batch × pixels. */
  readonly cost: number;
};

/** Groups the cells that differ only in their suite. A suite with a dedicated session gets its own group. */
export function groupCells(cells: readonly Cell[]): Group[] {
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
    const cost = (findModel(splitModel(cell.model).arch)?.parameters ?? 0) * cell.batch * cell.size ** 2;
    return { key, cells: members, row, cost, once: findSuite(cell.suite)?.once ?? false };
  });
}

export type Schedule = {
  /** Maximum of rounds, and how many of them visit every group. */
  readonly rounds: number;
  readonly evenRounds: number;
  readonly seed: number;
  /** No visit starts that is predicted to end later than this. */
  readonly budgetSeconds: number;
  /** No visit is repeated that is predicted to take longer, unless a time is to be known. */
  readonly repeatSeconds: number;
  now(): number;
  /** Predicts the seconds of a group's first visit from earlier visits; undefined where unknown. */
  predict(group: Group, visited: ReadonlyMap<string, Visited>): number | undefined;
  /** Visits of earlier parts of the run, in order. */
  readonly past: readonly PastVisit[];
  /** The interleaved versions of every cell. */
  readonly variants: readonly Variant[];
  /** How many more rounds a group's times probably need until they are known; undefined where all rounds are even. */
  readonly left: ((times: readonly RoundTime[], group: Group) => number) | undefined;
};

/** The progress that the runner reports: visits so far, of those that are foreseen. */
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

/** What is known of a run: its schedule, and what was visited. */
type Course = { readonly schedule: Schedule; readonly history: RunHistory };

/** Expected seconds of a group's next visit of one version; undefined where nothing is known. */
const secondsOf = (group: Group, { schedule, history }: Course): number | undefined => {
  const before = history.visited.get(group.key);
  return before === undefined ? schedule.predict(group, history.visited) : repeatOf(before);
};

/** Whether a group is visited in a round, `elapsedSeconds` after the start. */
function isDue(group: Group, round: number, known: Course, elapsedSeconds: number): boolean {
  const { schedule, history } = known;
  const { variants, budgetSeconds, repeatSeconds, left } = schedule;
  const open = variants.map((variant) => openCells(group, round, variant, history).length);
  if (open.every((count) => count === 0)) return false;
  const predicted = secondsOf(group, known);
  const turns = open.filter((count) => count > 0).length;
  if (elapsedSeconds + (predicted ?? 0) * turns > budgetSeconds) return false;
  // A visit that a crash left partly recorded is completed, whatever the recorded part says.
  if (open.some((count) => count < group.cells.length)) return true;
  if (history.failed.has(group.key)) return false;
  if (round === 0) return true;
  if (group.once) return false;
  const isTimed = left !== undefined && history.times.has(group.key);
  return isTimed || (predicted ?? Infinity) <= repeatSeconds;
}

/**
 * The groups that are visited in a round. After the even rounds: those whose times are not known, from the one that needs
 * the least time to be known, as many as the rest of the budget can decide, and at least one. A round has a random order,
 * so that the rounds of one group are spread over the run, and what slows the machine for a while does not hit all.
 */
function groupsOfRound(groups: readonly Group[], round: number, known: Course, elapsedSeconds: number): Group[] {
  const { schedule, history } = known;
  const { evenRounds, seed, left, variants, budgetSeconds } = schedule;
  const order = shuffled(groups, seed + round + hashName('rounds'));
  if (round === 0) order.sort((a, b) => a.cost - b.cost);
  if (round < evenRounds || left === undefined) return order;
  const open = order.flatMap((group) => {
    const times = history.times.get(group.key)?.filter((one) => one.round < round) ?? [];
    const rounds = times.length === 0 ? 0 : Math.min(left(times, group), schedule.rounds - round);
    return rounds === 0 ? [] : [{ group, seconds: rounds * variants.length * (secondsOf(group, known) ?? 0) }];
  });
  const cheapest = [...open].sort((a, b) => a.seconds - b.seconds);
  let rest = budgetSeconds - elapsedSeconds;
  const decided = cheapest.filter(({ seconds }, i) => {
    rest -= seconds;
    return i === 0 || rest >= 0;
  });
  return open.filter((one) => decided.includes(one)).map(({ group }) => group);
}

/** Whether any visit is left to make. None is left where the run is complete or its budget is used up. */
export function isAnyDue(groups: readonly Group[], schedule: Schedule): boolean {
  const known = { schedule, history: openHistory(schedule.past) };
  for (let round = 0; round < schedule.rounds; round++)
    if (groupsOfRound(groups, round, known, 0).some((group) => isDue(group, round, known, 0))) return true;
  return false;
}

/** The order of the versions in a round. They alternate in going first, so that order favours neither. */
const turns = (variants: readonly Variant[], group: Group, round: number): readonly Variant[] =>
  (hashName(group.key) + round) % 2 === 0 ? variants : [...variants].reverse();

/** The outcome of a cell that a visit says nothing about. */
export const NO_OUTCOME: Outcome = { status: 'crash', reason: 'the visit returned no outcome', phase: 'reply' };

/** What a schedule does: it makes a visit, appends a record, and reports its progress before each visit. */
export type Doing = {
  visit(group: Group, round: number, variant: Variant): Promise<Map<string, Outcome>>;
  append(record: Record, variant: Variant): void;
  tell(progress: Progress): void;
};

/**
 * Visits every group once, small networks first, so that a budget that ends early leaves out the most expensive cells.
 * The other even rounds repeat this in a new random order; later rounds visit what is not known yet. A group that failed
 * is not tried again, and cells that past visits recorded are not repeated. Appends a record for each cell as it ends.
 */
export async function runGroups(
  groups: readonly Group[],
  schedule: Schedule,
  { visit, append, tell }: Doing,
): Promise<void> {
  const start = schedule.now();
  const elapsed = () => (schedule.now() - start) / 1000;
  const history = openHistory(schedule.past);
  const known = { schedule, history };
  let before = 0;
  for (let round = 0; round < schedule.rounds; round++) {
    const order = groupsOfRound(groups, round, known, elapsed());
    if (order.length === 0) return;
    const total = Math.max(groups.length * schedule.evenRounds, before + order.length);
    for (const [i, group] of order.entries()) {
      if (!isDue(group, round, known, elapsed())) continue;
      const remainingSeconds = Math.max(0, schedule.budgetSeconds - elapsed());
      tell({ group, round, done: before + i + 1, total, remainingSeconds });
      for (const variant of turns(schedule.variants, group, round)) {
        const cells = openCells(group, round, variant, history);
        if (cells.length === 0) continue;
        const began = elapsed();
        const answered = await visit({ ...group, cells }, round, variant);
        const outcomes = new Map(cells.map(({ suite }) => [suite, answered.get(suite) ?? NO_OUTCOME]));
        history.note({ key: group.key, round, variant, seconds: elapsed() - began, outcomes });
        for (const cell of cells) {
          const outcome = outcomes.get(cell.suite) ?? NO_OUTCOME;
          const at = new Date().toISOString();
          append({ kind: 'record', id: cellId(cell), round, at, outcome: shortened(outcome) }, variant);
        }
      }
    }
    before += order.length;
  }
}
