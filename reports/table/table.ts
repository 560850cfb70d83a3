import { grouped } from '../../reference/collect.ts';
import { type Cell, parseCell } from '../../suites/plan/cell.ts';
import type { Placement, Record, Run } from '../../suites/record/record.ts';
import { isWithin } from '../../suites/stats/quantiles.ts';
import { type CheckRow, type Measure, type MeasureOf, measure } from './measure.ts';
import { NOT_RUN, type Reason, type RowStatus, reasonOf, STATUSES, worstStatus } from './status.ts';

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
  readonly measure: Measure | undefined;
  /** The numbers of the rounds that the figures are of. */
  readonly keptRounds: readonly number[];
  /** Rounds whose result is left out because they ran on another device. */
  readonly leftOut: number;
};

/** What rows are compared within: one network, one input shape. */
export type Subject = Pick<Cell, 'model' | 'precision' | 'batch' | 'size'> & { readonly label: string };

/** The cells of a subject on a backend, by suite. */
export type Session = {
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
  readonly sessions: readonly Session[];
  /** The first ids that name no cell, from a file that another version or a person wrote, and then how many more. */
  readonly unreadable: readonly string[];
};

const key = (value: unknown) => JSON.stringify(value);

/** The values without repeats, told apart by their content. */
function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [key(value), value])).values()];
}

function row(id: string, cell: Cell, records: readonly Record[]): Row {
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
    reasons: records.length === 0 ? [NOT_RUN] : worstFirst,
    rounds: records.length,
    placements: distinct([...kept, ...placed].map((one) => one.placement)),
    measure: measure(
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
  batch,
  size,
}: Pick<Cell, 'model' | 'precision' | 'batch' | 'size'>): string {
  const parts = [model, `${size}×${size}`];
  if (precision !== 'fp32') parts.push(precision);
  if (batch !== 1) parts.push(`batch ${batch}`);
  return parts.join(' · ');
}

/** Subjects in plan order. Accuracy runs in batches of its own and joins the subject of the other suites. */
function subjectsOf(cells: readonly Cell[]): { subjects: Subject[]; subjectOf(cell: Cell): Subject } {
  const subject = ({ model, precision, batch, size }: Cell): Subject => {
    const one = { model, precision, batch, size };
    return { ...one, label: labelOf(one) };
  };
  const shape = ({ model, precision, size }: Omit<Subject, 'label'>) => key([model, precision, size]);
  const timed = new Map<string, Subject>();
  for (const cell of cells)
    if (cell.suite !== 'accuracy' && !timed.has(shape(cell))) timed.set(shape(cell), subject(cell));
  const subjectOf = (cell: Cell) => {
    if (cell.suite !== 'accuracy') return subject(cell);
    return timed.get(shape(cell)) ?? subject(cell);
  };
  return { subjects: distinct(cells.map(subjectOf)), subjectOf };
}

/** Ids that are named where they cannot be read. */
const NAMED = 5;

/** A run's records by case id, over rounds. Cells of the plan come first, in its order, reached or not. */
export function tabulate(run: Run): Table {
  const records = grouped(run.records, ({ id }) => id);
  const rows: Row[] = [];
  const unreadable: string[] = [];
  let bad = 0;
  for (const id of new Set([...run.header.plan, ...records.keys()])) {
    try {
      rows.push(row(id, parseCell(id), records.get(id) ?? []));
    } catch {
      if (++bad <= NAMED) unreadable.push(id);
    }
  }
  if (bad > NAMED) unreadable.push(`and ${bad - NAMED} more`);
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

/** A row with its figures, where it has those of the suite. */
export function measured<S extends Measure['suite']>(row: Row | undefined, suite: S): MeasureOf<S> | undefined {
  const figures = row?.measure;
  return figures?.suite === suite ? (figures as MeasureOf<S>) : undefined;
}

/** Whether its backend computes anything: `null` measures the harness. */
export const computes = (row: Row): boolean => row.placements[0]?.device !== 'none';

/** Latencies that are not as precise as the run was asked for; none where it was not asked, or asked for ratios. */
export function impreciseRows({ run, rows }: Table): Row[] {
  const { within, pair } = run.header;
  return rows.filter((row) => {
    const latency = measured(row, 'latency');
    if (within === null || pair !== null || latency === undefined) return false;
    return latency.interval === undefined || !isWithin(latency.interval, within);
  });
}

/** The check that decides a row of `conformance` or of `layers`. */
export const worstCheck = (row: Row | undefined): CheckRow | undefined =>
  measured(row, 'conformance')?.worst ?? measured(row, 'layers')?.layers[0]?.check;

/** A session's row of a suite. */
export const rowOf = (session: Session, suite: string): Row | undefined =>
  session.rows.find((row) => row.cell.suite === suite);

/** Cells that share a reason: the same cause often hits many. */
export type Problem = Reason & { readonly rows: readonly Row[] };

/** Every cell that is not ok, by reason, the worst statuses first. A cell with two reasons is in both. */
export function problemsOf(table: Table): Problem[] {
  const problems = new Map<string, { reason: Reason; rows: Row[] }>();
  for (const row of table.rows)
    for (const reason of row.reasons) {
      const known = problems.get(key(reason));
      if (known) known.rows.push(row);
      else problems.set(key(reason), { reason, rows: [row] });
    }
  const all = [...problems.values()].map(({ reason, rows }) => ({ ...reason, rows }));
  return all.sort((a, b) => STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status));
}

/** Warnings about samples: one line for each kind, the first cell's, with all its cells. */
export function warningsByKind(table: Table): { text: string; rows: Row[] }[] {
  const kinds = new Map<string, { text: string; rows: Row[] }>();
  for (const row of table.rows)
    for (const { kind, text } of measured(row, 'latency')?.warnings ?? []) {
      const known = kinds.get(kind);
      if (known) known.rows.push(row);
      else kinds.set(kind, { text, rows: [row] });
    }
  return [...kinds.values()];
}
