import {
  constants,
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { cannotWrite, partOf, sweepParts } from '../../reference/write.node.ts';

/** The files of a night, by their endings: its run, the runs that repeat cells, the control's pair, and the verdict. */
export const ENDINGS = {
  run: '.jsonl',
  again: (time: number) => `.again-${time}.jsonl`,
  a: '.control-a.jsonl',
  b: '.control-b.jsonl',
  judged: '.judged.json',
} as const;

const NIGHT = /^night-(\d{6,9})(\..+)$/;

/** The name that the files of a night share. */
export const nightName = (number: number): string => `night-${String(number).padStart(6, '0')}`;

/** Opens a history's folder, and removes what killed writers left. Throws one line where nothing can be written there. */
export function openHistoryFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    sweepParts(folder);
  } catch (error) {
    throw cannotWrite(folder, error, 'or choose another folder with --history');
  }
}

/** A file of a history: the night it is of, its ending, and its size in bytes. */
type NightFile = { readonly name: string; readonly ending: string; readonly bytes: number };

/** The files of every night, by the night's number, in order. Throws one line where the folder cannot be read. */
export function nightFiles(folder: string): Map<number, NightFile[]> {
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch (error) {
    throw new Error(`cannot read ${folder} (${(error as NodeJS.ErrnoException).code}): give the folder of a history`);
  }
  const nights = new Map<number, NightFile[]>();
  for (const name of names) {
    const [, digits, ending = ''] = name.match(NIGHT) ?? [];
    if (digits === undefined || name.endsWith('.part')) continue;
    const file = { name, ending, bytes: statSync(join(folder, name)).size };
    nights.set(Number(digits), [...(nights.get(Number(digits)) ?? []), file]);
  }
  return nights;
}

/** Puts a complete file at a path that must be free. False where it is taken. */
function claim(part: string, path: string): boolean {
  try {
    linkSync(part, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EMLINK' && code !== 'ENOSYS') throw error;
  }
  try {
    // A file system without hard links.
    copyFileSync(part, path, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Writes a file under a temporary name and moves it to the first path that is free. Nothing is ever overwritten. */
function writeNew(bytes: Uint8Array | string, paths: Iterable<string>, then: string): string {
  const [first = ''] = paths;
  const part = partOf(first);
  try {
    writeFileSync(part, bytes);
    for (const path of paths) if (claim(part, path)) return path;
    throw new Error(`${first} exists`);
  } catch (error) {
    throw cannotWrite(first, error, then);
  } finally {
    rmSync(part, { force: true });
  }
}

/** The paths of the next nights, of which another writer may take some. */
function* nextPaths(folder: string): Generator<string> {
  for (let number = Math.max(0, ...nightFiles(folder).keys()) + 1; ; number++)
    yield join(folder, nightName(number) + ENDINGS.run);
}

/** Appends a run as the next night and returns its number. `then` says how to repeat it where that fails. */
export function appendRun(folder: string, bytes: Uint8Array, then: string): number {
  const paths = { [Symbol.iterator]: () => nextPaths(folder) };
  const path = writeNew(bytes, paths, then);
  return Number(basename(path).match(NIGHT)?.[1]);
}

/** Adds a file to a night. Throws one line where the night has it already. */
export function addToNight(folder: string, number: number, ending: string, bytes: Uint8Array | string): void {
  const path = join(folder, nightName(number) + ending);
  writeNew(bytes, [path], 'the night itself is in the history');
}

/** Writes a new file beside the nights, with the first free name. */
export function addBeside(folder: string, name: (time: number) => string, text: string): string {
  const paths = Array.from({ length: 1000 }, (_, i) => join(folder, name(i + 1)));
  return writeNew(text, paths, 'then accept it again');
}

/** Replaces a file that can be made again, such as the index. A reader sees the old or the new one, whole. */
export function replaceDerived(path: string, text: string): void {
  const part = partOf(path);
  try {
    writeFileSync(part, text);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw cannotWrite(path, error, 'the nights themselves are in the history');
  }
}

/** The text of a file, or undefined where there is none. */
export function textIn(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
