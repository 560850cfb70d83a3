import { z } from 'zod';
import { cut, plain } from '../../reference/text.ts';
import { resultSchema } from '../suites.ts';
import {
  type End,
  endSchema,
  type Header,
  headerSchema,
  type Resume,
  resumeSchema,
  SCHEMA,
  wholeEnd,
} from './header.ts';
import { excess, MOST_BYTES, MOST_ID } from './limits.ts';
import { placementSchema } from './placement.ts';
import { completed } from './upgrade-lines.ts';
import { OLDER, upgradeFrom } from './upgrades.ts';
import { visitTimesSchema } from './visit-times.ts';

/** How a cell ended. Only `ok` is a pass. */
export const outcomeSchema = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('ok'), placement: placementSchema, result: resultSchema }),
  z.strictObject({ status: z.literal('wrong'), reason: z.string(), placement: placementSchema, result: resultSchema }),
  // Beyond what right implementations differ by, and not proven wrong: neither a pass nor an accusation.
  z.strictObject({
    status: z.literal('suspect'),
    reason: z.string(),
    placement: placementSchema,
    result: resultSchema,
  }),
  z.strictObject({
    status: z.literal('fallback'),
    reason: z.string(),
    placement: placementSchema,
    result: resultSchema,
  }),
  // What ran is right, and a part of what was planned did not run: it would be `not run` as a cell of its own.
  z.strictObject({
    status: z.literal('partial'),
    reason: z.string(),
    placement: placementSchema,
    result: resultSchema,
  }),
  z.strictObject({ status: z.literal('unsupported'), reason: z.string(), fix: z.string().optional() }),
  z.strictObject({ status: z.literal('crash'), reason: z.string(), phase: z.string() }),
  z.strictObject({ status: z.literal('timeout'), seconds: z.number(), phase: z.string() }),
]);
export type Outcome = z.infer<typeof outcomeSchema>;
export type Status = Outcome['status'];

export const recordSchema = z.strictObject({
  kind: z.literal('record'),
  /** The cell's id, see plan/cell.ts. */
  id: z.string().max(MOST_ID),
  round: z.int().nonnegative(),
  at: z.iso.datetime(),
  /** When its visit was made: in the first record of each visit. Absent in older files, and where nothing ran. */
  visit: visitTimesSchema.optional(),
  outcome: outcomeSchema,
});
export type Record = z.infer<typeof recordSchema>;

/**
 * A part of a cell's result, written before its visit has ended: a resumed run goes on after it. The cell's record repeats
 * what it says.
 */
export const partSchema = z.strictObject({
  kind: z.literal('part'),
  id: z.string().max(MOST_ID),
  round: z.int().nonnegative(),
  at: z.iso.datetime(),
  /** Hash of what it is a part of. Parts of something else are not continued. */
  of: z.string(),
  result: resultSchema,
});
export type PartRecord = z.infer<typeof partSchema>;

/** A line after the header. */
const lineSchema = z.discriminatedUnion('kind', [recordSchema, partSchema, resumeSchema, endSchema]);

export type Run = {
  readonly header: Header;
  readonly records: readonly Record[];
  /** Parts of the results of visits that had not ended; absent where there are none. */
  readonly parts?: readonly PartRecord[];
  /** Where it was resumed after an interruption. */
  readonly resumes: readonly Resume[];
  /** Undefined where its last part crashed. Stolen time is that of all parts. */
  readonly end: End | undefined;
  /** The first skipped lines as `FILE:LINE: reason`, then the number of further ones. */
  readonly damaged: readonly string[];
  /** The files of a run that was read from several: see runs.ts. */
  readonly files?: readonly JoinedFile[];
};

/** One file of a run that was read from several, with the facts that the joined run only has in sum. */
export type JoinedFile = {
  readonly file: string;
  readonly header: Header;
  readonly resumes: readonly Resume[];
  readonly end: End | undefined;
  /** When it was measured, in milliseconds since 1970. */
  readonly spans: readonly Span[];
  /** Files whose content is all in this one; they count once. */
  readonly copies: readonly string[];
  /** How many of its records other files hold too, with equal values; they count once. */
  readonly repeated: readonly { readonly of: string; readonly records: number }[];
};

export type Span = { readonly from: number; readonly to: number };

/** Number of damaged lines that are listed; further ones are only counted. */
const NAMED = 5;

/** Maximum of characters in the reason why a line is damaged. */
const REASON = 200;

const reasonOf = (error: unknown): string => {
  const reason = error instanceof z.ZodError ? z.prettifyError(error).split('\n')[0] : (error as Error).message;
  return cut(plain(reason ?? ''), REASON);
};

/** A line's value, before its schema is checked. Throws where it is not JSON in UTF-8, or too large for a line. */
function readLine(line: Uint8Array): unknown {
  if (line.length > MOST_BYTES) throw new Error(`it has ${line.length} bytes, more than the ${MOST_BYTES} of a line`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
  } catch {
    throw new Error('it is not UTF-8');
  }
  const value: unknown = JSON.parse(text);
  const more = excess(value);
  if (more !== undefined) throw new Error(more);
  return value;
}

/** Whether a line begins a run, of any schema. */
const isHeader = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'run';

/** The lines of a file that are not blank, each with its number from 1. */
function* linesOf(bytes: Uint8Array): Generator<{ line: Uint8Array; number: number }> {
  for (let at = 0, number = 1; at < bytes.length; number++) {
    const end = bytes.indexOf(0x0a, at);
    const line = bytes.subarray(at, end === -1 ? bytes.length : end);
    // Blank: only bytes up to the ASCII space.
    if (line.some((byte) => byte > 0x20)) yield { line, number };
    at += line.length + 1;
  }
}

/**
 * The function that upgrades a line to this version's schema, chosen by the file's header. Throws where there is none.
 */
function upgradeOf(header: unknown, file: string): (line: unknown) => unknown {
  const schema = isHeader(header) && 'schema' in header ? header.schema : undefined;
  if (!z.int().positive().safeParse(schema).success) return (line) => line;
  try {
    const upgrade = upgradeFrom(Number(schema), SCHEMA, OLDER);
    return (line) => completed(upgrade(line));
  } catch (error) {
    throw new Error(
      `${file} is a run file of schema ${schema}, and this version reads schema ${SCHEMA}: ${(error as Error).message}`,
    );
  }
}

/**
 * The header, from a file's first line, and the function that upgrades its lines. Throws where the line is not a
 * header.
 */
function headerOf(first: { line: Uint8Array; number: number } | undefined, file: string) {
  const orThrow = <T>(read: () => T): T => {
    try {
      return read();
    } catch (error) {
      throw new Error(
        `not a run file (its first line must be a header of schema ${SCHEMA}): ${file}:1: ${reasonOf(error)}`,
      );
    }
  };
  const value = orThrow(() => readLine(first?.number === 1 ? first.line : new Uint8Array()));
  const upgrade = upgradeOf(value, file);
  return { header: orThrow(() => headerSchema.parse(upgrade(value))), upgrade };
}

/**
 * Reads a run file, as text or as bytes. A line is skipped and listed in `damaged` where it cannot be read, where its
 * cell is not in the plan, or where it repeats the cell and round of another; the others still load. Throws where the
 * header, which comes first, is missing or of a schema that this version cannot read, and where a second run begins.
 */
export function parseRun(content: string | Uint8Array, file: string): Run {
  const lines = linesOf(typeof content === 'string' ? new TextEncoder().encode(content) : content);
  const { header, upgrade } = headerOf(lines.next().value ?? undefined, file);
  const planned = new Set(header.plan);
  const seen = new Set<string>();
  const records: Record[] = [];
  const parts: PartRecord[] = [];
  const resumes: Resume[] = [];
  const ends: End[] = [];
  /** Adds a line to the run, or throws why it is skipped. */
  const take = (line: z.infer<typeof lineSchema>) => {
    if (line.kind === 'resume') resumes.push(line);
    else if (line.kind === 'end') ends.push(line);
    else {
      if (!planned.has(line.id)) throw new Error(`its cell is not in the plan of the run: ${line.id}`);
      if (line.kind === 'part') return void parts.push(line);
      const place = `${line.round} ${line.id}`;
      if (seen.has(place)) throw new Error(`round ${line.round} of its cell was recorded before: ${line.id}`);
      seen.add(place);
      records.push(line);
    }
  };
  const damaged: string[] = [];
  let bad = 0;
  for (const { line, number } of lines) {
    let value: unknown;
    try {
      value = readLine(line);
      if (!isHeader(value)) take(lineSchema.parse(upgrade(value)));
    } catch (error) {
      if (++bad <= NAMED) damaged.push(`${file}:${number}: ${reasonOf(error)}`);
    }
    if (isHeader(value))
      throw new Error(`${file} holds two runs: the second begins at line ${number}: split the file there`);
  }
  if (bad > NAMED) damaged.push(`${file}: and ${bad - NAMED} more lines`);
  const begun = parts.filter(({ id, round }) => !seen.has(`${round} ${id}`));
  const end = wholeEnd(header, resumes, ends);
  return { header, records, ...(begun.length > 0 ? { parts: begun } : {}), resumes, end, damaged };
}
