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

// With a handler, a file beyond its size limit is an error of its write, not the end of this process (setrlimit(2)).
process.on('SIGXFSZ', () => {});

/** A run file that is open for writing. */
export type RunFile = {
  readonly path: string;
  /**
   * Appends a line and syncs it to disk. Where this fails, it removes the partial line and throws one line that says
   * how to resume.
   */
  append(line: object): void;
  close(): void;
  /** Removes the file if nothing was written to it. */
  discard(): void;
};

/** The command that resumes a run. */
export const resumeCommand = (path: string): string => `npm run bench -- --resume ${path}`;

/** Appends lines to an open file of `size` bytes. */
function writer(file: number, path: string, size: number): Omit<RunFile, 'path'> {
  let end = size;
  return {
    append(line) {
      if (fstatSync(file).size !== end)
        throw new Error(`${path} was changed by another process: let only one write to it`);
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
      try {
        // A full disk accepts part of a line without an error.
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
        fsyncSync(file);
      } catch (error) {
        ftruncateSync(file, end);
        throw cannotWrite(path, error, `then resume with ${resumeCommand(path)}`);
      }
      end += bytes.length;
    },
    close: () => closeSync(file),
    discard() {
      if (end === 0) unlinkSync(path);
    },
  };
}

/** A folder for run files. `removeEmpty` deletes the folders that were created for it, where they are still empty. */
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
        // Folders that others have written to stay.
      }
    },
  };
}

/** Maximum of runs that may begin in one folder within one second. */
const SAME_SECOND = 100;

/**
 * Creates new run files, one for each suffix (two for interleaved versions). Throws one line where it cannot, and
 * leaves none.
 */
export function createRunFiles(folder: string, started: Date, suffixes: readonly string[]): RunFile[] {
  const time = started.toISOString().slice(0, 19).replaceAll(':', '-');
  for (let number = 1; ; number++) {
    const made: { path: string; file: number }[] = [];
    const paths = suffixes.map((end) => join(folder, `bench-${time}${number > 1 ? `_${number}` : ''}${end}.jsonl`));
    try {
      // Another run may have created the folder and removed it again while it was empty.
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

/**
 * The whole lines of a run file, and the number of bytes in an incomplete last line. Throws one line where the file is
 * missing.
 */
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
 * Opens a run file to append after its first `size` bytes, and removes the `torn` bytes of an incomplete line behind
 * them. Throws one line where it cannot, and where the file's length is another: then another process has written since
 * it was read, and nothing is removed.
 */
export function reopenRunFile(path: string, size: number, torn: number): RunFile {
  let file: number;
  let now: number;
  try {
    file = openSync(path, 'a');
    now = fstatSync(file).size;
    if (now === size + torn) ftruncateSync(file, size);
  } catch (error) {
    throw cannotWrite(path, error, `then resume with ${resumeCommand(path)}`);
  }
  if (now !== size + torn) {
    closeSync(file);
    throw new Error(
      `${path} was written to by another process since it was read: once that has ended, ${resumeCommand(path)}`,
    );
  }
  return { path, ...writer(file, path, size) };
}
