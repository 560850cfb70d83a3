import { partsThatDiffer } from '../record/fingerprint.ts';
import type { Header } from '../record/header.ts';
import { parseRun, type Run } from '../record/record.ts';
import { fingerprintOf, readCommit, readEnvironment } from './environment.ts';
import { pastVisits, secondsSpent, type Variant } from './history.ts';
import { wholeLines } from './runfile.ts';
import { type Group, isAnyDue, type Schedule } from './runner.ts';

/** A file of a run that goes on: what it holds, and how many bytes of it are whole lines. */
type Part = { readonly path: string; readonly run: Run; readonly size: number; readonly torn: number };

/** A run that goes on: its file, or the two of versions that take turns. */
export type Resumed = {
  readonly parts: ReadonlyMap<Variant, Part>;
  /** The words that it was started with. */
  readonly command: readonly string[];
  /** Seconds to give it instead of what is left of its own. */
  readonly budget: number | undefined;
};

function readPart(path: string, log: (line: string) => void): Part {
  const { whole, torn } = wholeLines(path);
  const run = parseRun(whole, path);
  for (const line of run.damaged) log(`warning: skipped a damaged line: ${line}`);
  if (torn > 0) log(`${path}: its last line was cut off and goes (${torn} bytes); that cell is run again`);
  return { path, run, size: whole.length, torn };
}

/** The file of a run, and its twin's where two took turns. Throws one line where the twin is not there. */
function readParts(path: string, log: (line: string) => void): ReadonlyMap<Variant, Part> {
  const part = readPart(path, log);
  const { pair } = part.run.header;
  if (pair === null) return new Map([['a', part]]);
  const other = pair.variant === 'a' ? 'b' : 'a';
  const end = `-${pair.variant}.jsonl`;
  if (!path.endsWith(end)) throw new Error(`${path} is one of a pair: name it and its twin …-a.jsonl and …-b.jsonl`);
  const twin = readPart(`${path.slice(0, -end.length)}-${other}.jsonl`, log);
  if (twin.run.header.pair?.name !== pair.name || twin.run.header.pair.variant !== other)
    throw new Error(`${twin.path} is not the twin of ${path}: put the other file of its pair there`);
  return new Map([
    [pair.variant, part],
    [other, twin],
  ]);
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * Reads the run of a file that goes on, `budget` seconds long where that is given. Nothing that the file names is read or
 * started. Throws one line where the file is no run file, or of another machine or version.
 */
export function readResumed(path: string, budget: number | undefined, log: (line: string) => void): Resumed {
  const parts = readParts(path, log);
  checkMachine(parts);
  const [first] = parts.values();
  return { parts, command: first?.run.header.command ?? [], budget };
}

/** What of a header must be as it was, and what to do where it is not. */
const KEPT: readonly { readonly part: keyof Header; readonly fix: string }[] = [
  { part: 'commit', fix: 'check that commit out' },
  { part: 'models', fix: 'name the same files with --model' },
  ...(['profile', 'seed', 'rounds', 'budget', 'within', 'plan'] as const).map((part) => ({
    part,
    fix: 'its command and its header do not agree: start a new run',
  })),
];

/** Parts of a machine's fingerprint that are known only once the cells, or the browser, are known. */
const WITHOUT_CELLS = ['packages', 'browser'];
export const WITHOUT_BROWSER: readonly string[] = ['browser'];

/**
 * Throws one line where a run would go on on another machine, another version or with another plan than it began.
 * `unknown` names the parts of the machine that are not known yet.
 */
export function checkSame({ parts }: Pick<Resumed, 'parts'>, now: Header, unknown: readonly string[]): void {
  for (const { path, run } of parts.values()) {
    const differs = partsThatDiffer(run.header, now).find(({ part }) => !unknown.includes(part));
    if (differs !== undefined)
      throw new Error(
        `${path} cannot go on here: its ${differs.part} was ${differs.base} and is ${differs.head}; figures of two machines do not mix: start a new run`,
      );
    for (const { part, fix } of KEPT) {
      if (same(run.header[part], now[part])) continue;
      const [was, is] = [run.header[part], now[part]].map((value) => (typeof value === 'object' ? '' : ` ${value}`));
      throw new Error(`${path} cannot go on: its ${part}${was} is another now${is}: ${fix}`);
    }
  }
}

/** Throws one line where the files are of another machine or version, before anything that they name is touched. */
function checkMachine(parts: Resumed['parts']): void {
  const [first] = parts.values();
  if (first === undefined) return;
  const fingerprint = fingerprintOf(readEnvironment([], null));
  checkSame({ parts }, { ...first.run.header, commit: readCommit(), fingerprint }, WITHOUT_CELLS);
}

/** What earlier parts of a run leave to do: the visits that they made, and the seconds that are left of a budget. */
export function pastOf(resumed: Resumed | undefined, budget: number): Pick<Schedule, 'past' | 'budget'> {
  if (resumed === undefined) return { past: [], budget };
  const runs = new Map([...resumed.parts].map(([variant, { run }]) => [variant, run]));
  return { past: pastVisits(runs), budget: resumed.budget ?? Math.max(0, budget - secondsSpent(runs)) };
}

/** Why a run that should go on has nothing to do, or undefined. */
export function nothingToDo(groups: readonly Group[], schedule: Schedule): string | undefined {
  if (isAnyDue(groups, schedule)) return undefined;
  return isAnyDue(groups, { ...schedule, budget: Infinity })
    ? `nothing fits into the ${schedule.budget.toFixed(0)} s that are left of its budget: give it more with --budget SECONDS`
    : 'the run is complete: every cell that it planned has its rounds';
}
