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
import { OLDER, upgradeFrom } from './upgrades.ts';

/** How a case ended. Only `ok` is a pass. */
export const outcomeSchema = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('ok'), placement: placementSchema, result: resultSchema }),
  z.strictObject({ status: z.literal('wrong'), reason: z.string(), placement: placementSchema, result: resultSchema }),
  z.strictObject({
    status: z.literal('fallback'),
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
  /** The case's id on its backend, see cell.ts. */
  id: z.string().max(MOST_ID),
  round: z.int().nonnegative(),
  at: z.iso.datetime(),
  outcome: outcomeSchema,
});
export type Record = z.infer<typeof recordSchema>;

/** A line after the header. */
const lineSchema = z.discriminatedUnion('kind', [recordSchema, resumeSchema, endSchema]);

export type Run = {
  readonly header: Header;
  readonly records: readonly Record[];
  /** Where it went on after it had been cut short. */
  readonly resumes: readonly Resume[];
  /** Undefined where its last part crashed; the stolen time is that of all parts. */
  readonly end: End | undefined;
  /** The first lines that were left out, as `FILE:LINE: reason`, and then how many more. */
  readonly damaged: readonly string[];
  /** Of a run that was read from several files: see runs.ts. */
  readonly files?: readonly JoinedFile[];
};

/** A file of a run that was read from several, with what the run as a whole tells in sum only. */
export type JoinedFile = {
  readonly file: string;
  readonly header: Header;
  readonly resumes: readonly Resume[];
  readonly end: End | undefined;
  /** The times in which it was measured, in milliseconds since 1970. */
  readonly spans: readonly Span[];
  /** Files that hold nothing that this one does not; they count once. */
  readonly copies: readonly string[];
  /** How many of its records other files hold too, with the same values; they count once. */
  readonly repeated: readonly { readonly of: string; readonly records: number }[];
};

export type Span = { readonly from: number; readonly to: number };

/** Damaged lines that are named; of more only the count is told. */
const NAMED = 5;

/** Characters of the reason why a line is damaged. */
const REASON = 200;

const reasonOf = (error: unknown): string => {
  const reason = error instanceof z.ZodError ? z.prettifyError(error).split('\n')[0] : (error as Error).message;
  return cut(plain(reason ?? ''), REASON);
};

/** A line's value, before its shape is known. Throws where it is not JSON in UTF-8, or more than a line may hold. */
function readLine(line: Uint8Array): unknown {
  if (line.length > MOST_BYTES) throw new Error(`it has ${line.length} bytes, and a line at most ${MOST_BYTES}`);
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

/** The lines of a file, each with its number from 1, without those that are blank. */
function* linesOf(bytes: Uint8Array): Generator<{ line: Uint8Array; number: number }> {
  for (let at = 0, number = 1; at < bytes.length; number++) {
    const end = bytes.indexOf(0x0a, at);
    const line = bytes.subarray(at, end === -1 ? bytes.length : end);
    // Blanks are up to the space in ASCII.
    if (line.some((byte) => byte > 0x20)) yield { line, number };
    at += line.length + 1;
  }
}

/** How lines become those of this version, by the header as it stands in the file. Throws where they cannot. */
function upgradeOf(header: unknown, file: string): (line: unknown) => unknown {
  const schema = isHeader(header) && 'schema' in header ? header.schema : undefined;
  if (!z.int().positive().safeParse(schema).success) return (line) => line;
  try {
    return upgradeFrom(Number(schema), SCHEMA, OLDER);
  } catch (error) {
    throw new Error(
      `${file} is a run file of schema ${schema}, and this version reads schema ${SCHEMA}: ${(error as Error).message}`,
    );
  }
}

/** The header, from a file's first line, and how its lines become those of this version. Throws where it is none. */
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
 * Reads a run file, as text or as bytes. A line that cannot be read, that no cell of the plan asked for, or that repeats
 * another's cell and round is left out and named in `damaged`; the others still load. Throws where the header, which
 * comes first, is missing or of a schema that this version cannot read, and where a second run begins.
 */
export function parseRun(content: string | Uint8Array, file: string): Run {
  const lines = linesOf(typeof content === 'string' ? new TextEncoder().encode(content) : content);
  const { header, upgrade } = headerOf(lines.next().value ?? undefined, file);
  const planned = new Set(header.plan);
  const seen = new Set<string>();
  const records: Record[] = [];
  const resumes: Resume[] = [];
  const ends: End[] = [];
  /** Takes a line in, or throws why it is left out. */
  const take = (line: z.infer<typeof lineSchema>) => {
    if (line.kind === 'resume') resumes.push(line);
    else if (line.kind === 'end') ends.push(line);
    else {
      if (!planned.has(line.id)) throw new Error(`the run did not plan its cell: ${line.id}`);
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
  return { header, records, resumes, end: wholeEnd(header, resumes, ends), damaged };
}
