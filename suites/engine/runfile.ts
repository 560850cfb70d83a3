import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { cannotWrite } from '../../reference/write.node.ts';

// A file that may not grow is an error of its write then, not the end of this process (setrlimit(2)).
process.on('SIGXFSZ', () => {});

/** A run file that is open for writing. */
export type RunFile = {
  readonly path: string;
  /** Adds a line, whole and on the disk. Throws one line that tells how to go on where it cannot; no half line stays. */
  append(line: object): void;
  close(): void;
  /** Removes the file where nothing was written to it. */
  discard(): void;
};

/** The command that goes on with a run. */
export const resumeCommand = (path: string): string => `npm run bench -- --resume ${path}`;

/** Adds lines to a file of `size` bytes that is open for appending. */
function writer(file: number, path: string, size: number): Omit<RunFile, 'path'> {
  let end = size;
  return {
    append(line) {
      if (fstatSync(file).size !== end)
        throw new Error(`${path} was changed by another process: let only one write to it`);
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
      try {
        // A disk that fills up takes a part of a line, without an error.
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
        fsyncSync(file);
      } catch (error) {
        ftruncateSync(file, end);
        throw cannotWrite(path, error, `then go on with ${resumeCommand(path)}`);
      }
      end += bytes.length;
    },
    close: () => closeSync(file),
    discard() {
      if (end === 0) unlinkSync(path);
    },
  };
}

/** A folder for run files: those of its parents that were made for it go again where nothing is put into them. */
export type OutFolder = { readonly path: string; removeEmpty(): void };

/** Makes a folder for run files. Throws one line where nothing can be written there. */
export function openFolder(path: string): OutFolder {
  let first: string | undefined;
  try {
    first = mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw new Error(
      `cannot write to ${path} (${(error as NodeJS.ErrnoException).code}): choose another folder with --out`,
    );
  }
  return {
    path,
    removeEmpty() {
      if (first === undefined) return;
      try {
        for (let folder = path; folder.startsWith(first); folder = dirname(folder)) rmdirSync(folder);
      } catch {
        // What another has put there stays, and so do the folders above it.
      }
    },
  };
}

/** Numbers of runs that may begin in one folder within one second. */
const SAME_SECOND = 100;

/**
 * Makes run files whose names end in the suffixes, such as the two of versions that take turns; none of them was there
 * before. Throws one line where it cannot, and leaves none.
 */
export function createRunFiles(folder: string, started: Date, suffixes: readonly string[]): RunFile[] {
  const time = started.toISOString().slice(0, 19).replaceAll(':', '-');
  for (let number = 1; ; number++) {
    const made: { path: string; file: number }[] = [];
    const paths = suffixes.map((end) => join(folder, `bench-${time}${number > 1 ? `_${number}` : ''}${end}.jsonl`));
    try {
      // Another run that made the folder may have ended meanwhile, and taken it along while it was empty.
      mkdirSync(folder, { recursive: true });
      for (const path of paths) made.push({ path, file: openSync(path, 'ax') });
      return made.map(({ path, file }) => ({ path, ...writer(file, path, 0) }));
    } catch (error) {
      for (const { path, file } of made) {
        closeSync(file);
        unlinkSync(path);
      }
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST' || number === SAME_SECOND)
        throw new Error(`cannot write to ${folder} (${code}): choose another folder with --out`);
    }
  }
}

/** The whole lines of a run file, and the bytes of a last one that was cut off. Throws one line where it is missing. */
export function wholeLines(path: string): { whole: Uint8Array; torn: number } {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new Error(`cannot read ${path} (${(error as NodeJS.ErrnoException).code})`);
  }
  const size = bytes.lastIndexOf('\n') + 1;
  return { whole: bytes.subarray(0, size), torn: bytes.length - size };
}

/**
 * Opens a run file to go on after its first `size` bytes; the `torn` bytes behind them, which were cut off, go. Throws one
 * line, also where it has not these bytes: another process has written since it was read, and nothing of that is lost.
 */
export function reopenRunFile(path: string, size: number, torn: number): RunFile {
  let file: number;
  let now: number;
  try {
    file = openSync(path, 'a');
    now = fstatSync(file).size;
    if (now === size + torn) ftruncateSync(file, size);
  } catch (error) {
    throw cannotWrite(path, error, `then go on with ${resumeCommand(path)}`);
  }
  if (now !== size + torn) {
    closeSync(file);
    throw new Error(
      `${path} was written to by another process since it was read: when that has ended, ${resumeCommand(path)}`,
    );
  }
  return { path, ...writer(file, path, size) };
}
