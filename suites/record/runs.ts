import { byBeginning, type FileRun, joinRecords, withoutCopies } from './copies.ts';
import { misfit } from './fit.ts';
import { type End, summedEnd } from './header.ts';
import { joinHeaders } from './headers.ts';
import { order } from './order.ts';
import type { JoinedFile, Run, Span } from './record.ts';
import { shardNotes } from './shard-notes.ts';
import { joinSplit } from './shards.ts';

export type { FileRun } from './copies.ts';

/** The spans in which a run was measured: from each beginning or resumption to the last line before the next. */
function spansOf({ header, resumes, records, end }: Run): Span[] {
  const begins = [header.started, ...resumes.map(({ at }) => at)].map((at) => Date.parse(at)).sort((a, b) => a - b);
  const lines = [...records, ...(end === undefined ? [] : [end])].map(({ at }) => Date.parse(at));
  return begins.map((from, i) => {
    const next = begins[i + 1] ?? Infinity;
    return { from, to: lines.reduce((to, at) => (at >= from && at < next ? Math.max(to, at) : to), from) };
  });
}

/** The last end, with the throttling of all files; undefined where one file has no end. */
function joinEnds(files: readonly JoinedFile[]): End | undefined {
  const ends = files.flatMap(({ end, spans }) =>
    end === undefined ? [] : [{ end, time: spans.reduce((sum, { from, to }) => sum + to - from + 1, 0) }],
  );
  const [last] = ends.map(({ end }) => end).sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return last === undefined || ends.length < files.length ? undefined : summedEnd(last, ends);
}

/**
 * Joins several run files to one run: the cells of every plan, in the order in which the files began. The order of
 * `parts` does not matter. The run begins with the first file and ends with the last, and has no end where one file has
 * none. A single file is its own run. Shards are joined to the run that they are parts of, whose cells are `not run` where
 * their shard is missing. Throws one line that names two files where their commit, machine or profile
 * differ, or where they hold the same round of a cell with other values; and where they plan more than a run may.
 */
export function joinRuns(parts: readonly FileRun[]): Run {
  const inOrder = [...parts].sort(byBeginning);
  const kept = withoutCopies(inOrder);
  const [first] = kept;
  if (first === undefined) throw new Error('no run file was given');
  if (parts.length === 1 && first.run.header.shard === undefined) return first.run;
  const headed = kept.map(({ file, run }) => ({ file, header: run.header }));
  for (const b of headed.slice(1)) {
    // Compared with all before: files that lack a part, such as a browser, may fit the first and not the next.
    for (const a of headed.slice(0, headed.indexOf(b))) {
      const reason = misfit(a, b);
      if (reason !== undefined) throw new Error(reason);
    }
  }
  const split = joinSplit(kept);
  const { records, repeated } = joinRecords(split.files);
  const files = kept.map(({ file, run, copies }): JoinedFile => {
    const { header, resumes, end } = run;
    return { file, header, resumes, end, spans: spansOf(run), copies, repeated: repeated.get(file) ?? [] };
  });
  const headers = files.map(({ header }) => header);
  return {
    header: joinHeaders(first.run.header, headers, files.map(({ file }) => file).join(', ')),
    records: [...records, ...split.joined],
    resumes: files.flatMap(({ resumes }) => resumes).sort((a, b) => order(a.at, b.at)),
    end: joinEnds(files),
    damaged: inOrder.flatMap(({ run }) => run.damaged),
    files,
  };
}

/** Notes for the reader of a joined run, or of one that a page saved, one line each; empty for a run file of its own. */
export function notesOf({ header, files = [] }: Run): string[] {
  const spans = files.flatMap(({ file, spans: own }) => own.map((span) => ({ ...span, file })));
  const together = new Set<string>();
  const sharded = files.some(({ header }) => header.shard !== undefined);
  let latest: (typeof spans)[number] | undefined;
  for (const span of spans.sort((a, b) => a.from - b.from)) {
    if (latest !== undefined && latest.file !== span.file && span.from < latest.to)
      together.add(
        sharded
          ? 'shards were measured at the same time: if on one machine, times may be inflated'
          : `${latest.file} and ${span.file} were measured at the same time: times may be inflated`,
      );
    if (latest === undefined || span.to > latest.to) latest = span;
  }
  return [
    ...(header.digits === undefined
      ? []
      : [`a page saved it: numbers have ${header.digits} digits, and visits no times; the run file has all`]),
    ...shardNotes(files),
    ...files.flatMap(({ file, copies }) =>
      copies.map((copy) => `${copy} is a copy of ${file} or of a part of it: it is read once`),
    ),
    ...files.flatMap(({ file, repeated }) =>
      repeated.map(
        ({ of, records }) => `${records} records of ${file} are in ${of} too, with equal values: they count once`,
      ),
    ),
    ...files
      .filter(({ end }) => end === undefined)
      .map(({ file }) => `${file} has no end record: its run was cut short`),
    ...together,
  ];
}
