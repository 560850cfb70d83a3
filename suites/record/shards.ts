import { grouped } from '../../reference/collect.ts';
import { findSuite, type Result } from '../suites.ts';
import type { FileRun } from './copies.ts';
import type { Header } from './header.ts';
import { order } from './order.ts';
import type { Outcome, Record } from './record.ts';
import { shardText } from './shard-fit.ts';

/** Shards as text, in order: `1/3, 3/3`. */
const listed = (indices: readonly number[], of: number): string =>
  [...indices]
    .sort((a, b) => a - b)
    .map((index) => shardText({ index, of }))
    .join(', ');

/** `shard 2/3`, or `shards 2/3, 3/3`. */
const named = (indices: readonly number[], of: number): string =>
  `${indices.length === 1 ? 'shard' : 'shards'} ${listed(indices, of)}`;

/** The suite of a cell's id, where shards split its cells. */
function splitting(id: string) {
  const suite = findSuite(id.split(':')[0] ?? '');
  return suite?.joinParts === undefined ? undefined : suite;
}

/** The shards that no file is of and that have cells or parts of cells, and the cells that only they have. */
export function missingShards(
  files: readonly { readonly header: Header }[],
): { readonly shards: string; readonly cells: string[] } | undefined {
  const whole = files[0]?.header.shard;
  if (whole === undefined) return undefined;
  const present = new Set(files.map(({ header }) => header.shard?.index));
  const absent = Array.from({ length: whole.of }, (_, i) => i + 1).filter((index) => !present.has(index));
  const held = new Set(files.flatMap(({ header }) => header.plan));
  const cells = whole.plan.filter((id) => !held.has(id));
  if (absent.length === 0 || (cells.length === 0 && !whole.plan.some(splitting))) return undefined;
  return { shards: named(absent, whole.of), cells };
}

/**
 * The values of a part of the machine over the shards: the value where it is one, else each with its shards, so that
 * two runs are alike only where the same shards ran on the same machines: `EPYC 7763 (1/3, 3/3), Xeon 8370C (2/3)`.
 */
export function overShards(headers: readonly Header[], textOf: (header: Header) => string): string {
  const values = grouped(headers, textOf);
  if (values.size === 1) return headers[0] === undefined ? '' : textOf(headers[0]);
  const texts = [...values].map(([value, same]) => {
    const indices = same.flatMap(({ shard }) => shard?.index ?? []);
    return { value, shards: listed(indices, headers[0]?.shard?.of ?? 0) };
  });
  return texts
    .map(({ value, shards }) => `${value} (${shards})`)
    .sort(order)
    .join(', ');
}

type Part = { readonly index: number; readonly record: Record };
type SplitSuite = NonNullable<ReturnType<typeof splitting>>;
type Answered = Extract<Outcome, { result: Result }>;

/** Of parts without a result, and of parts with one: the statuses that decide the cell, the worst first. */
const WITHOUT_RESULT: readonly Outcome['status'][] = ['crash', 'timeout', 'unsupported'];
const WITH_RESULT: readonly Outcome['status'][] = ['wrong', 'suspect', 'fallback'];

const worstOf = (statuses: readonly Outcome['status'][], parts: readonly Part[]): Part | undefined =>
  statuses.flatMap((status) => parts.find(({ record }) => record.outcome.status === status) ?? [])[0];

/** The part's outcome, with its shard in the reason, so that it can be run again. */
function ofPart({ index, record: { outcome } }: Part, of: number): Outcome {
  return 'reason' in outcome ? { ...outcome, reason: `shard ${shardText({ index, of })}: ${outcome.reason}` } : outcome;
}

/** The outcome of a joined result by its suite's verdict; undefined where nothing is wrong. */
function failed(finding: ReturnType<SplitSuite['verdict']>, { placement, result }: Answered): Outcome | undefined {
  if (finding === undefined || finding.status === 'partial') return undefined;
  if (finding.status === 'crash') return finding;
  const { status, reason } = finding;
  return status === 'unsupported' ? { status, reason } : { status, reason, placement, result };
}

/** The outcome of a cell of which each part has a result. `absent`: shards whose part did not run. */
function joinAnswered(suite: SplitSuite, parts: readonly Part[], of: number, absent: readonly number[]): Outcome {
  const answers = parts.flatMap(({ record: { outcome } }) => ('result' in outcome ? [outcome] : []));
  const [first] = answers as [Answered];
  const result = suite.joinParts?.(answers.map((one) => one.result)) as Result;
  const finding = suite.verdict(result);
  const failure = failed(finding, { ...first, result });
  if (failure !== undefined) return failure;
  const decisive = worstOf(WITH_RESULT, parts);
  if (decisive !== undefined) return { ...(ofPart(decisive, of) as Answered), result };
  const reasons = [
    ...(finding === undefined ? [] : [finding.reason]),
    ...(absent.length === 0 ? [] : [`what ${named(absent, of)} had of it did not run`]),
  ];
  const { placement } = first;
  return reasons.length === 0
    ? { status: 'ok', placement, result }
    : { status: 'partial', reason: reasons.join('; '), placement, result };
}

/** The outcome of a cell whose parts were measured in shards. */
function joinOutcomes(suite: SplitSuite, parts: readonly Part[], of: number): Outcome {
  const without = worstOf(WITHOUT_RESULT, parts);
  if (without !== undefined) {
    const alike = parts.every(({ record }) => record.outcome.status === without.record.outcome.status);
    return alike ? without.record.outcome : ofPart(without, of);
  }
  const ran = new Set(parts.map(({ index }) => index));
  const absent = Array.from({ length: of }, (_, i) => i + 1).filter((index) => !ran.has(index));
  return joinAnswered(suite, parts, of, absent);
}

/** Whether shards split the record's cell, and the record can be joined: it has the suite's result, or none. */
function isPart({ id, outcome }: Record): boolean {
  const suite = splitting(id);
  return suite !== undefined && (!('result' in outcome) || outcome.result.suite === suite.id);
}

/** One record of the parts of a round of a cell. Throws where they do not fit together. */
function joinPart(suite: SplitSuite, parts: readonly Part[], of: number): Record[] {
  const inOrder = [...parts].sort((a, b) => a.index - b.index);
  const [first] = inOrder;
  if (first === undefined) return [];
  const ats = parts.map(({ record }) => record.at).sort(order);
  // Parts were measured in visits of their own.
  const { visit: _, ...record } = first.record;
  try {
    return [{ ...record, at: ats.at(-1) ?? record.at, outcome: joinOutcomes(suite, inOrder, of) }];
  } catch (error) {
    const shards = inOrder.map(({ index }) => index);
    throw new Error(`${named(shards, of)} cannot be joined: ${first.record.id}: ${(error as Error).message}`);
  }
}

/**
 * Takes the records of cells that shards split out of the files, and joins the parts of each round to one record. Throws
 * where parts do not fit together.
 */
export function joinSplit<F extends FileRun>(files: readonly F[]): { readonly files: F[]; readonly joined: Record[] } {
  const of = files[0]?.run.header.shard?.of;
  if (of === undefined) return { files: [...files], joined: [] };
  const parts = files.flatMap(({ run: { header, records } }) =>
    records.filter(isPart).map((record): Part => ({ index: header.shard?.index ?? 0, record })),
  );
  const joined = [...grouped(parts, ({ record }) => `${record.round} ${record.id}`).values()].flatMap((same) => {
    const suite = splitting(same[0]?.record.id ?? '');
    return suite === undefined ? [] : joinPart(suite, same, of);
  });
  const rest = files.map((one) => ({
    ...one,
    run: { ...one.run, records: one.run.records.filter((record) => !isPart(record)) },
  }));
  return { files: rest, joined };
}
