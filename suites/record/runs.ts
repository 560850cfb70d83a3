import { compareCommand, misfit } from './fit.ts';
import { type End, type Header, headerSchema, summedEnd } from './header.ts';
import type { JoinedFile, Record, Run, Span } from './record.ts';

/** A run file that was read. */
export type FileRun = { readonly file: string; readonly run: Run };

const textOf = (value: unknown): string => JSON.stringify(value);
const same = (a: unknown, b: unknown): boolean => textOf(a) === textOf(b);
const order = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
const placeOf = ({ round, id }: Record): string => `${round} ${id}`;

/** By when a run began, and then by content: neither the order in which files are named nor their names matter. */
function byBeginning(a: FileRun, b: FileRun): number {
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

/** The spans in which a run was measured: from each beginning to the last line before the next. */
function spansOf({ header, resumes, records, end }: Run): Span[] {
  const begins = [header.started, ...resumes.map(({ at }) => at)].map((at) => Date.parse(at)).sort((a, b) => a - b);
  const lines = [...records, ...(end === undefined ? [] : [end])].map(({ at }) => Date.parse(at));
  return begins.map((from, i) => {
    const next = begins[i + 1] ?? Infinity;
    return { from, to: lines.reduce((to, at) => (at >= from && at < next ? Math.max(to, at) : to), from) };
  });
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
function withoutCopies(files: readonly FileRun[]): (FileRun & { copies: string[] })[] {
  const kept: (FileRun & { copies: string[] })[] = [];
  for (const { file, run } of files) {
    const alike = kept.filter((one) => same(one.run.header, run.header));
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
function joinRecords(files: readonly FileRun[]): { records: Record[]; repeated: Map<string, JoinedFile['repeated']> } {
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

/** What is told by any, in order and once. */
const distinct = (values: readonly (string | null | undefined)[]): string[] =>
  [...new Set(values.filter((value) => value !== null && value !== undefined))].sort(order);

/** One header of files that fit together: the first's, with the plans, packages, models and seconds of all. */
function joinHeaders(first: Header, headers: readonly Header[], files: string): Header {
  const plan = headerSchema.shape.plan.safeParse([...new Set(headers.flatMap((header) => header.plan))]);
  if (!plan.success) throw new Error(`${files}: ${plan.error.issues[0]?.message}`);
  const environments = headers.map(({ environment }) => environment);
  const paged = headers.find(({ environment }) => environment.browser !== null) ?? first;
  const versions = environments.flatMap(({ packages }) => Object.entries(packages));
  const packages = Object.fromEntries(versions.sort(([a], [b]) => order(a, b)));
  const { browser } = paged.fingerprint.parts;
  const models = new Map(headers.flatMap((header) => header.models ?? []).map((model) => [model.id, model]));
  return {
    ...first,
    budget: headers.reduce((sum, { budget }) => sum + budget, 0),
    environment: {
      ...first.environment,
      browser: paged.environment.browser,
      packages,
      // One file that began on a busy machine puts times of the whole in doubt.
      load: Math.max(...environments.map(({ load }) => load)),
      governor: distinct(environments.map(({ governor }) => governor)).join(', ') || null,
    },
    fingerprint: {
      // Each file's own tells of the packages that it used.
      hash: distinct(headers.map(({ fingerprint }) => fingerprint.hash)).join('+'),
      parts: {
        ...first.fingerprint.parts,
        ...(browser === undefined ? {} : { browser }),
        packages: Object.entries(packages)
          .map(([name, version]) => `${name} ${version}`)
          .join(', '),
      },
    },
    pair: first.pair && { ...first.pair, name: distinct(headers.map(({ pair }) => pair?.name)).join(', ') },
    plan: plan.data,
    ...(models.size > 0 ? { models: [...models.values()] } : {}),
  };
}

/** The last end, with what slowed any file; undefined where one has none. */
function joinEnds(files: readonly JoinedFile[]): End | undefined {
  const ends = files.flatMap(({ end, spans }) =>
    end === undefined ? [] : [{ end, time: spans.reduce((sum, { from, to }) => sum + to - from + 1, 0) }],
  );
  const [last] = ends.map(({ end }) => end).sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return last === undefined || ends.length < files.length ? undefined : summedEnd(last, ends);
}

/**
 * Several run files as one run: the cells of every plan, in the order in which the files began; the same run whatever
 * the order of `parts`. It began with the first and ended with the last, and has no end where one has none. Throws one
 * line that names two files, where they are of another commit, machine or profile, or hold the same round of a cell with
 * other values; and where they plan more than a run may. A single file is its own run.
 */
export function joinRuns(parts: readonly FileRun[]): Run {
  const inOrder = [...parts].sort(byBeginning);
  const kept = withoutCopies(inOrder);
  const [first] = kept;
  if (first === undefined) throw new Error('no run file was named');
  if (parts.length === 1) return first.run;
  const headed = kept.map(({ file, run }) => ({ file, header: run.header }));
  for (const b of headed.slice(1)) {
    // Of those that tell less, such as of no browser, each may fit the first and not the next.
    for (const a of headed.slice(0, headed.indexOf(b))) {
      const reason = misfit(a, b);
      if (reason !== undefined) throw new Error(reason);
    }
  }
  const { records, repeated } = joinRecords(kept);
  const files = kept.map(({ file, run, copies }): JoinedFile => {
    const { header, resumes, end } = run;
    return { file, header, resumes, end, spans: spansOf(run), copies, repeated: repeated.get(file) ?? [] };
  });
  const headers = files.map(({ header }) => header);
  return {
    header: joinHeaders(first.run.header, headers, files.map(({ file }) => file).join(', ')),
    records,
    resumes: files.flatMap(({ resumes }) => resumes).sort((a, b) => order(a.at, b.at)),
    end: joinEnds(files),
    damaged: inOrder.flatMap(({ run }) => run.damaged),
    files,
  };
}

/** What a reader of a joined run must know of its files, a line each; none of a run of one file. */
export function notesOf({ files = [] }: Run): string[] {
  const spans = files.flatMap(({ file, spans: own }) => own.map((span) => ({ ...span, file })));
  const together = new Set<string>();
  let latest: (typeof spans)[number] | undefined;
  for (const span of spans.sort((a, b) => a.from - b.from)) {
    if (latest !== undefined && latest.file !== span.file && span.from < latest.to)
      together.add(`${latest.file} and ${span.file} were measured at the same time: times may be inflated`);
    if (latest === undefined || span.to > latest.to) latest = span;
  }
  return [
    ...files.flatMap(({ file, copies }) =>
      copies.map((copy) => `${copy} holds nothing that ${file} does not: it is read once`),
    ),
    ...files.flatMap(({ file, repeated }) =>
      repeated.map(
        ({ of, records }) => `${records} records of ${file} are in ${of} too, with the same values: they count once`,
      ),
    ),
    ...files
      .filter(({ end }) => end === undefined)
      .map(({ file }) => `${file} has no end record: its run was cut short`),
    ...together,
  ];
}
