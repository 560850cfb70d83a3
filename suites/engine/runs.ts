import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { judgedAcross } from '../record/across.ts';
import { parseRun, type Run } from '../record/record.ts';
import { joinRuns, notesOf } from '../record/runs.ts';

const cannotRead = (path: string, error: unknown): Error =>
  new Error(`cannot read ${path} (${(error as NodeJS.ErrnoException).code})`);

/** Whether a path is a folder. False where it cannot be examined: reading it will then say why. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/**
 * The run files that a path names: the file itself, or the `*.jsonl` of a folder. Throws one line where there are none.
 */
function filesOf(path: string): string[] {
  if (!isFolder(path)) return [path];
  let names: string[];
  try {
    names = readdirSync(path);
  } catch (error) {
    throw cannotRead(path, error);
  }
  const found = names
    .filter((name) => name.endsWith('.jsonl') && !name.startsWith('.'))
    .sort()
    .map((name) => join(path, name))
    .filter((file) => !isFolder(file));
  if (found.length === 0)
    throw new Error(`${path} holds no run file (*.jsonl): name a run file, or a folder with run files`);
  return found;
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw cannotRead(file, error);
  }
}

/** The path with links resolved; of a pipe, its name. */
function placeOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** Reads one file as it is: of a shard, its own cells only. Damaged lines are reported through `log`. */
export function readRun(file: string, log: (line: string) => void): Run {
  const run = judgedAcross(parseRun(readBytes(file), file));
  for (const line of run.damaged) log(`warning: skipped a damaged line: ${line}`);
  return run;
}

/**
 * Reads run files as one run, as they were written. A folder stands for its `*.jsonl`, not for those of its subfolders.
 * The order of the paths does not matter. Damaged lines and notes about the files are reported through `log`, one line
 * each. Throws one line where a path is missing, where a folder holds no run file, where a file is not a run file or
 * has a schema that this version cannot read, or where two files do not fit together: see joinRuns.
 */
export function readWritten(paths: readonly string[], log: (line: string) => void): Run {
  const parts = new Map<string, { file: string; run: Run }>();
  const twice = new Set<string>();
  for (const file of paths.flatMap(filesOf)) {
    const place = placeOf(file);
    const known = parts.get(place);
    if (known === undefined) parts.set(place, { file, run: parseRun(readBytes(file), file) });
    else twice.add(known.file);
  }
  const run = joinRuns([...parts.values()]);
  for (const file of twice) log(`note: ${file} is named more than once: it is read once`);
  for (const line of run.damaged) log(`warning: skipped a damaged line: ${line}`);
  for (const line of notesOf(run)) log(`note: ${line}`);
  return run;
}

/** The same, with what later results of the run say of earlier ones: see judgedAcross. */
export const readRuns = (paths: readonly string[], log: (line: string) => void): Run =>
  judgedAcross(readWritten(paths, log));
