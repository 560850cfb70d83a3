import { grouped } from '../../reference/collect.ts';
import { precisionText } from '../../reference/precisions/notation.ts';
import { FULL_PRECISION } from '../../reference/precisions/precisions.ts';
import type { AnySuite, CallTimes, CellFacts } from '../../suites/contract/suite.ts';
import { type Cell, parseCell } from '../../suites/plan/cell.ts';
import type { Placement } from '../../suites/record/placement.ts';
import type { Record, Run } from '../../suites/record/record.ts';
import { missingShards } from '../../suites/record/shards.ts';
import { causeIn } from '../../suites/record/spread.ts';
import { isWithin } from '../../suites/stats/quantiles.ts';
import { type Figures, type FiguresOf, findSuite, type Result } from '../../suites/suites.ts';
import { mergedText, wording } from './merged.ts';
import { NO_SHARD, NOT_RUN, type Reason, type RowStatus, reasonOf, STATUSES, worstStatus } from './status.ts';

/** A cell over its rounds. */
export type Row = {
  readonly id: string;
  readonly cell: Cell;
  readonly status: RowStatus;
  /** Why it is not ok: distinct reasons, those of the worst status first. */
  readonly reasons: readonly Reason[];
  /** Rounds with a record. */
  readonly rounds: number;
  /** Distinct placements over the rounds, the one that the figures are from first. */
  readonly placements: readonly Placement[];
  /** Figures of the rounds that gave a result on one device. */
  readonly measure: Figures | undefined;
  /** The numbers of the rounds that the figures are of. */
  readonly keptRounds: readonly number[];
  /** Rounds whose result is left out because they ran on another device. */
  readonly leftOut: number;
};

/** What rows are compared within: one network, one input shape. */
export type Subject = Pick<Cell, 'model' | 'precision' | 'form' | 'batch' | 'size'> & { readonly label: string };

/** The cells of a subject on a backend, by suite. */
export type SessionRows = {
  readonly subject: Subject;
  readonly backend: string;
  readonly status: RowStatus;
  readonly rows: readonly Row[];
};

export type Table = {
  readonly run: Run;
  readonly rows: readonly Row[];
  /** Both in the order of the plan. */
  readonly subjects: readonly Subject[];
  readonly backends: readonly string[];
  readonly sessions: readonly SessionRows[];
  /** The first ids that name no cell, from a file that another version or a person wrote, and then how many more. */
  readonly unreadable: readonly string[];
};

const key = (value: unknown) => JSON.stringify(value);

/** The first that is not undefined. */
export function first<T, U>(items: readonly T[], pick: (item: T) => U | undefined): U | undefined {
  for (const item of items) {
    const found = pick(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The values without repeats, told apart by their content. */
function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [key(value), value])).values()];
}

/** What the results of a cell's rounds amount to; undefined where there are none of its suite. */
function figuresOf(suite: string, results: readonly Result[]): Figures | undefined {
  const own = results.filter((result) => result.suite === suite);
  return own.length > 0 ? (findSuite(suite)?.figures(own) as Figures | undefined) : undefined;
}

function row(id: string, cell: Cell, records: readonly Record[], absent: Reason): Row {
  const outcomes = records.map((record) => record.outcome);
  const status = worstStatus(outcomes.map((outcome) => outcome.status));
  const found = distinct(outcomes.flatMap((outcome) => reasonOf(outcome) ?? []));
  const worstFirst = [...found.filter((one) => one.status === status), ...found.filter((one) => one.status !== status)];
  const placed = records.flatMap(({ round, outcome }) => ('placement' in outcome ? [{ round, ...outcome }] : []));
  // Rounds on two devices are two populations: the figures are those of the worst round's device.
  const decisive = placed.find((one) => one.status === worstStatus(placed.map((two) => two.status)));
  const device = decisive?.placement.device;
  const kept = placed.filter((one) => one.placement.device === device);
  return {
    id,
    cell,
    status,
    reasons: records.length === 0 ? [absent] : worstFirst,
    rounds: records.length,
    placements: distinct([...kept, ...placed].map((one) => one.placement)),
    measure: figuresOf(
      cell.suite,
      kept.map((one) => one.result),
    ),
    keptRounds: kept.map((one) => one.round),
    leftOut: placed.length - kept.length,
  };
}

/** `resnet50.seed0 · 224×224`, with precision and batch where they are not the usual ones. */
export function labelOf({
  model,
  precision,
  form,
  batch,
  size,
}: Pick<Cell, 'model' | 'precision' | 'form' | 'batch' | 'size'>): string {
  const parts = [model, `${size}×${size}`];
  const numbers = precisionText({ precision, form });
  if (numbers !== FULL_PRECISION) parts.push(numbers);
  if (batch !== 1) parts.push(`batch ${batch}`);
  return parts.join(' · ');
}

const hasOwnBatch = ({ suite }: Cell): boolean => findSuite(suite)?.ownBatch ?? false;

/** Subjects in plan order. A suite that runs in batches of its own joins the subject of the others. */
function subjectsOf(cells: readonly Cell[]): { subjects: Subject[]; subjectOf(cell: Cell): Subject } {
  const subject = ({ model, precision, form, batch, size }: Cell): Subject => {
    const one = { model, precision, form, batch, size };
    return { ...one, label: labelOf(one) };
  };
  const shape = ({ model, precision, form, size }: Omit<Subject, 'label'>) => key([model, precision, form, size]);
  const others = new Map<string, Subject>();
  for (const cell of cells) if (!hasOwnBatch(cell) && !others.has(shape(cell))) others.set(shape(cell), subject(cell));
  const subjectOf = (cell: Cell) => (hasOwnBatch(cell) && others.get(shape(cell))) || subject(cell);
  return { subjects: distinct(cells.map(subjectOf)), subjectOf };
}

/** The table of some rows of a run. */
export function tableOf(run: Run, rows: readonly Row[], unreadable: readonly string[]): Table {
  const { subjects, subjectOf } = subjectsOf(rows.map((one) => one.cell));
  const backends = [...new Set(rows.map((one) => one.cell.backend))];
  const places = new Map(backends.map((backend, i) => [backend, i]));
  const members = grouped(rows, ({ cell }) => key(subjectOf(cell)));
  const sessions = subjects.flatMap((subject) =>
    [...grouped(members.get(key(subject)) ?? [], ({ cell }) => cell.backend)]
      .sort(([a], [b]) => (places.get(a) ?? 0) - (places.get(b) ?? 0))
      .map(([backend, of]) => ({ subject, backend, status: worstStatus(of.map((one) => one.status)), rows: of })),
  );
  return { run, rows, subjects, backends, sessions, unreadable };
}

/** Whether the run has a cell at all, whatever a filter lets pass. */
export const hasCells = ({ run }: Table): boolean => run.header.plan.length > 0 || run.records.length > 0;

/** Ids that are named where they cannot be read. */
const NAMED = 5;

/** A run's records by case id, over rounds. Cells of the plan come first, in its order, reached or not. */
export function tabulate(run: Run): Table {
  const records = grouped(run.records, ({ id }) => id);
  const rows: Row[] = [];
  const shardless = new Set(missingShards(run.files ?? [])?.cells);
  const unreadable: string[] = [];
  let bad = 0;
  for (const id of new Set([...run.header.plan, ...records.keys()])) {
    try {
      rows.push(row(id, parseCell(id), records.get(id) ?? [], shardless.has(id) ? NO_SHARD : NOT_RUN));
    } catch {
      if (++bad <= NAMED) unreadable.push(id);
    }
  }
  if (bad > NAMED) unreadable.push(`and ${bad - NAMED} more`);
  return tableOf(run, rows, unreadable);
}

/** A row with its figures, where it has those of the suite. */
export function measured<S extends Figures['suite']>(row: Row | undefined, suite: S): FiguresOf<S> | undefined {
  const figures = row?.measure;
  return figures?.suite === suite ? (figures as FiguresOf<S>) : undefined;
}

/** What a row's suite tells of its figures; undefined where it has none, or the suite does not tell. */
export function told<T>(
  row: Row | undefined,
  pick: (suite: AnySuite, figures: Figures) => T | undefined,
): T | undefined {
  const suite = row && findSuite(row.cell.suite);
  return suite && row.measure && pick(suite, row.measure);
}

/** Times of one call, of a row whose suite times calls. */
export const timesOf = (row: Row | undefined): CallTimes | undefined =>
  told(row, (suite, figures) => suite.times?.(figures));

/** The session's times of one call. */
export const timesOfSession = (session: SessionRows): CallTimes | undefined => first(session.rows, timesOf);

/** Whether its backend computes anything: `null` measures the harness. */
export const computes = (row: Row): boolean => row.placements[0]?.device !== 'none';

/** Latencies that are not as precise as the run was asked for; none where it was not asked, or asked for ratios. */
export function impreciseRows({ run, rows }: Table): Row[] {
  const { within, pair } = run.header;
  return rows.filter((row) => {
    const times = timesOf(row);
    if (within === null || pair !== null || times === undefined || !computes(row)) return false;
    return times.interval === undefined || !isWithin(times.interval, within);
  });
}

/** What a suite's texts and columns may use of a row besides its figures. */
export const factsOf = (row: Row): CellFacts => ({
  model: row.cell.model,
  batch: row.cell.batch,
  computes: computes(row),
});

/** A session's row of a suite. */
export const rowOf = (session: SessionRows, suite: string): Row | undefined =>
  session.rows.find((row) => row.cell.suite === suite);

/** Cells that share a reason: the same cause often hits many. */
export type Problem = Reason & { readonly rows: readonly Row[] };

/**
 * Every cell that is not ok, by reason, the worst statuses first. What one suite found of a session's outputs is the reason
 * of all cells of the session. A cell with two reasons is in both.
 */
export function problemsOf(table: Table): Problem[] {
  const problems = new Map<string, { reason: Reason; rows: Row[] }>();
  for (const row of table.rows)
    for (const own of row.reasons) {
      const reason = { ...own, reason: causeIn(own.reason) };
      const known = problems.get(key(reason));
      if (known?.rows.at(-1) === row) continue;
      if (known) known.rows.push(row);
      else problems.set(key(reason), { reason, rows: [row] });
    }
  const all = [...problems.values()].map(({ reason, rows }) => ({ ...reason, rows }));
  return all.sort((a, b) => STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status));
}

/** Warnings about samples: one line for each kind and wording, with the ranges of its figures and all its cells. */
export function warningsByKind(table: Table): { text: string; rows: Row[] }[] {
  const all = table.rows.flatMap((row) => (timesOf(row)?.warnings ?? []).map((warning) => ({ row, warning })));
  return [...grouped(all, ({ warning }) => `${warning.kind} ${wording(warning.text)}`).values()].map((list) => ({
    text: mergedText(list.map(({ warning }) => warning.text)),
    rows: list.map(({ row }) => row),
  }));
}
