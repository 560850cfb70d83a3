import { byBeginning, type FileRun, joinRecords, withoutCopies } from './copies.ts';
import { misfit } from './fit.ts';
import { type End, summedEnd } from './header.ts';
import { joinHeaders } from './headers.ts';
import { order } from './order.ts';
import type { JoinedFile, Run, Span } from './record.ts';

export type { FileRun } from './copies.ts';

/** The spans in which a run was measured: from each beginning to the last line before the next. */
function spansOf({ header, resumes, records, end }: Run): Span[] {
  const begins = [header.started, ...resumes.map(({ at }) => at)].map((at) => Date.parse(at)).sort((a, b) => a - b);
  const lines = [...records, ...(end === undefined ? [] : [end])].map(({ at }) => Date.parse(at));
  return begins.map((from, i) => {
    const next = begins[i + 1] ?? Infinity;
    return { from, to: lines.reduce((to, at) => (at >= from && at < next ? Math.max(to, at) : to), from) };
  });
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
