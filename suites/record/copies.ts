import { compareCommand } from './fit.ts';
import { order } from './order.ts';
import type { JoinedFile, Record, Run } from './record.ts';

/** A run file that was read. */
export type FileRun = { readonly file: string; readonly run: Run };

const textOf = (value: unknown): string => JSON.stringify(value);
const same = (a: unknown, b: unknown): boolean => textOf(a) === textOf(b);
const placeOf = ({ round, id }: Record): string => `${round} ${id}`;

/** By when a run began, and then by content: neither the order in which files are named nor their names matter. */
export function byBeginning(a: FileRun, b: FileRun): number {
  const [p, q] = [a.run, b.run];
  const first = order(Date.parse(p.header.started), Date.parse(q.header.started));
  if (first !== 0) return first;
  const header = order(textOf(p.header), textOf(q.header));
  if (header !== 0) return header;
  for (const [i, record] of p.records.entries()) {
    const other = q.records[i];
    const found = other === undefined ? 1 : order(textOf(record), textOf(other));
    if (found !== 0) return found;
  }
  return order(p.records.length, q.records.length) || order(a.file, b.file);
}

/** Whether a file holds nothing that the other, of the same run, does not. */
function isWithin(one: Run, other: Run): boolean {
  const known = new Map(other.records.map((record) => [placeOf(record), record]));
  const resumes = new Set(other.resumes.map(textOf));
  return (
    one.records.every((record) => same(record, known.get(placeOf(record)))) &&
    one.resumes.every((resume) => resumes.has(textOf(resume))) &&
    (one.end === undefined || same(one.end, other.end) || other.resumes.length > one.resumes.length)
  );
}

/** The files without those that hold nothing of their own, which are named as copies of the others. */
export function withoutCopies(files: readonly FileRun[]): (FileRun & { copies: string[] })[] {
  const kept: (FileRun & { copies: string[] })[] = [];
  for (const { file, run } of files) {
    const { header } = run;
    const alike = kept.filter((one) => one.run.header.started === header.started && same(one.run.header, header));
    const original = alike.find((one) => isWithin(run, one.run));
    if (original !== undefined) {
      original.copies.push(file);
      continue;
    }
    const copies = alike.filter((one) => isWithin(one.run, run));
    for (const copy of copies) kept.splice(kept.indexOf(copy), 1);
    kept.push({ file, run, copies: copies.flatMap((copy) => [copy.file, ...copy.copies]) });
  }
  return kept.map(({ file, run, copies }) => ({ file, run, copies: copies.sort(order) }));
}

/** The records of all files, each place once, and for each file how many of them another holds too. */
export function joinRecords(files: readonly FileRun[]): {
  records: Record[];
  repeated: Map<string, JoinedFile['repeated']>;
} {
  const seen = new Map<string, { file: string; record: Record }>();
  const records: Record[] = [];
  const repeated = new Map<string, JoinedFile['repeated']>();
  for (const { file, run } of files) {
    const others = new Map<string, number>();
    for (const record of run.records) {
      const known = seen.get(placeOf(record));
      if (known === undefined) {
        seen.set(placeOf(record), { file, record });
        records.push(record);
      } else if (same(known.record, record)) others.set(known.file, (others.get(known.file) ?? 0) + 1);
      else
        throw new Error(
          `${known.file} and ${file} both hold round ${record.round} of ${record.id}: leave one out, or compare them: ${compareCommand(known.file, file)}`,
        );
    }
    repeated.set(
      file,
      [...others].map(([of, count]) => ({ of, records: count })),
    );
  }
  return { records, repeated };
}
