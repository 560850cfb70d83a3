import { partsThatDiffer } from '../record/fingerprint.ts';
import type { Header } from '../record/header.ts';
import { parseRun, type Run } from '../record/record.ts';
import { fingerprintOf, readCommit, readEnvironment } from './environment.ts';
import { pastVisits, secondsSpent, type Variant } from './history.ts';
import { wholeLines } from './runfile.ts';
import { type Group, isAnyDue, type Schedule } from './runner.ts';

/** A file of a resumed run: its content, and the number of bytes in whole lines and in a torn last line. */
type ResumedFile = { readonly path: string; readonly run: Run; readonly size: number; readonly torn: number };

/** A run to resume: its file, or the two files of interleaved versions. */
export type Resumed = {
  readonly files: ReadonlyMap<Variant, ResumedFile>;
  /** The command that started it. */
  readonly command: readonly string[];
  /** Instead of what is left of its own budget. */
  readonly budgetSeconds: number | undefined;
};

function readResumedFile(path: string, log: (line: string) => void): ResumedFile {
  const { whole, torn } = wholeLines(path);
  const run = parseRun(whole, path);
  for (const line of run.damaged) log(`warning: skipped a damaged line: ${line}`);
  if (torn > 0) log(`${path}: its last line was incomplete and is removed (${torn} bytes); that cell is run again`);
  return { path, run, size: whole.length, torn };
}

/** The file of a run, and of an A/A pair both files. Throws one line where the other file is missing. */
function readResumedFiles(path: string, log: (line: string) => void): ReadonlyMap<Variant, ResumedFile> {
  const file = readResumedFile(path, log);
  const { pair } = file.run.header;
  if (pair === null) return new Map([['a', file]]);
  const other = pair.variant === 'a' ? 'b' : 'a';
  const end = `-${pair.variant}.jsonl`;
  if (!path.endsWith(end)) throw new Error(`${path} is one of a pair: name it and its twin …-a.jsonl and …-b.jsonl`);
  const twin = readResumedFile(`${path.slice(0, -end.length)}-${other}.jsonl`, log);
  if (twin.run.header.pair?.name !== pair.name || twin.run.header.pair.variant !== other)
    throw new Error(`${twin.path} is not the twin of ${path}: put the other file of its pair there`);
  return new Map([
    [pair.variant, file],
    [other, twin],
  ]);
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * Reads a run to resume; `budgetSeconds` replaces what is left of its own. Nothing that the file names is read or
 * started. Throws one line where the file is not a run file, or is from another machine or version.
 */
export function readResumed(path: string, budgetSeconds: number | undefined, log: (line: string) => void): Resumed {
  const files = readResumedFiles(path, log);
  checkMachine(files);
  const [first] = files.values();
  return { files, command: first?.run.header.command ?? [], budgetSeconds };
}

/** Parts of the header that must be unchanged, and what to do where they are not. */
const KEPT: readonly { readonly part: keyof Header; readonly fix: string }[] = [
  { part: 'commit', fix: 'check out that commit' },
  { part: 'models', fix: 'name the same files with --model' },
  ...(['profile', 'seed', 'rounds', 'budget', 'within', 'plan'] as const).map((part) => ({
    part,
    fix: 'its command and its header contradict each other: start a new run',
  })),
];

/** Parts of the fingerprint that are known only once the browser is known. */
export const UNKNOWN_YET: readonly string[] = ['packages', 'browser'];

/**
 * Throws one line where a run would be resumed on another machine, with another version, or with another plan.
 * `unknown` names the parts of the fingerprint that are not known yet.
 */
export function checkSame({ files }: Pick<Resumed, 'files'>, now: Header, unknown: readonly string[]): void {
  for (const { path, run } of files.values()) {
    const differs = partsThatDiffer(run.header, now).find(({ part }) => !unknown.includes(part));
    if (differs !== undefined)
      throw new Error(
        `${path} cannot be resumed here: its ${differs.part} was ${differs.base} and is ${differs.head}; figures of two machines do not mix: start a new run`,
      );
    for (const { part, fix } of KEPT) {
      if (same(run.header[part], now[part])) continue;
      const [was, is] = [run.header[part], now[part]].map((value) => (typeof value === 'object' ? '' : ` ${value}`));
      throw new Error(
        `${path} cannot be resumed: its ${part} changed${was && ` from${was}`}${is && ` to${is}`}: ${fix}`,
      );
    }
  }
}

/** The same for one of the interleaved versions, whose header is fully known. */
export function checkVariant({ files }: Pick<Resumed, 'files'>, variant: Variant, now: Header): void {
  const file = files.get(variant);
  if (file !== undefined) checkSame({ files: new Map([[variant, file]]) }, now, []);
}

/** Throws one line where the files are from another machine or version, before anything that they name is read. */
function checkMachine(files: Resumed['files']): void {
  const [first] = files.values();
  if (first === undefined) return;
  const fingerprint = fingerprintOf(readEnvironment([], null));
  checkSame({ files }, { ...first.run.header, commit: readCommit(), fingerprint }, UNKNOWN_YET);
}

/** The ids that a resumed run has planned; of a shard, those of all shards. */
export function plannedBy({ files }: Pick<Resumed, 'files'>): readonly string[] {
  const [first] = files.values();
  return first?.run.header.shard?.plan ?? first?.run.header.plan ?? [];
}

/** The visits that earlier parts of a run made, and the seconds left of its budget. */
export function pastOf(resumed: Resumed | undefined, budgetSeconds: number): Pick<Schedule, 'past' | 'budgetSeconds'> {
  if (resumed === undefined) return { past: [], budgetSeconds };
  const runs = new Map([...resumed.files].map(([variant, { run }]) => [variant, run]));
  return {
    past: pastVisits(runs),
    budgetSeconds: resumed.budgetSeconds ?? Math.max(0, budgetSeconds - secondsSpent(runs)),
  };
}

/** Why a resumed run has nothing to do, or undefined. */
export function nothingToDo(groups: readonly Group[], schedule: Schedule): string | undefined {
  if (isAnyDue(groups, schedule)) return undefined;
  return isAnyDue(groups, { ...schedule, budgetSeconds: Infinity })
    ? `no visit fits into the ${schedule.budgetSeconds.toFixed(0)} s left of its budget: give it more with --budget SECONDS`
    : 'the run is complete: every planned cell has all its rounds';
}
