import { z } from 'zod';
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
import { placementSchema } from './placement.ts';
import { resultSchema } from './result.ts';

export type { Adapter, Features, Placement } from './placement.ts';

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
  id: z.string(),
  round: z.number().int(),
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
  /** Lines that could not be read, as `FILE:LINE: reason`. */
  readonly damaged: readonly string[];
};

/**
 * Reads a run file's text. A bad line is named in `damaged` and the others still load.
 * Throws where the header, which comes first, is missing or of another schema.
 */
export function parseRun(text: string, file: string): Run {
  const lines = text.split('\n');
  const damaged: string[] = [];
  const read = <T>(index: number, schema: z.ZodType<T>): T | undefined => {
    try {
      return schema.parse(JSON.parse(lines[index] ?? ''));
    } catch (error) {
      const reason = error instanceof z.ZodError ? z.prettifyError(error).split('\n')[0] : (error as Error).message;
      damaged.push(`${file}:${index + 1}: ${reason}`);
      return undefined;
    }
  };
  const header = read(0, headerSchema);
  if (header === undefined)
    throw new Error(`not a run file (its first line must be a header of schema ${SCHEMA}): ${damaged[0]}`);
  const records: Record[] = [];
  const resumes: Resume[] = [];
  const ends: End[] = [];
  for (let i = 1; i < lines.length; i++) {
    if (lines[i]?.trim() === '') continue;
    const line = read(i, lineSchema);
    if (line?.kind === 'record') records.push(line);
    else if (line?.kind === 'resume') resumes.push(line);
    else if (line?.kind === 'end') ends.push(line);
  }
  return { header, records, resumes, end: wholeEnd(header, resumes, ends), damaged };
}
