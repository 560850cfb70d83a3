import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

// A file that may not grow is an error of its write then, not the end of this process (setrlimit(2)).
process.on('SIGXFSZ', () => {});

/** A run file that is open for writing. */
export type RunFile = {
  readonly path: string;
  /** Adds a line, whole and on the disk. Throws one line that tells how to go on where it cannot; no half line stays. */
  append(line: object): void;
  close(): void;
  /** Takes back what was made when it was opened: of a new file all, of one that goes on nothing. */
  discard(): void;
};

/** What a write that failed means, in one line. */
export const writeProblem = (path: string, error: unknown, then: string): Error => {
  const { code = (error as Error).message } = error as NodeJS.ErrnoException;
  const first = code === 'ENOSPC' || code === 'EDQUOT' ? 'free some space, then' : 'mend that, then';
  return new Error(`cannot write ${path} (${code}): ${first} ${then}`);
};

/** The command that goes on with a run. */
export const resumeCommand = (path: string): string => `npm run bench -- --resume ${path}`;

/** Adds lines to a file of `size` bytes that is open for appending. */
function writer(file: number, path: string, size: number): Pick<RunFile, 'append' | 'close'> {
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
        throw writeProblem(path, error, `go on with ${resumeCommand(path)}`);
      }
      end += bytes.length;
    },
    close: () => closeSync(file),
  };
}

/** Makes a run file that ends in `suffix`. Throws one line where it cannot. */
export function createRunFile(folder: string, started: Date, suffix: string): RunFile {
  const path = join(folder, `bench-${started.toISOString().slice(0, 19).replaceAll(':', '-')}${suffix}.jsonl`);
  let file: number;
  let made: string | undefined;
  try {
    made = mkdirSync(folder, { recursive: true });
    file = openSync(path, 'ax');
  } catch (error) {
    throw new Error(
      `cannot write to ${folder} (${(error as NodeJS.ErrnoException).code}): choose another folder with --out`,
    );
  }
  return {
    path,
    ...writer(file, path, 0),
    discard() {
      closeSync(file);
      rmSync(made ?? path, { recursive: true });
    },
  };
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

/** Opens a run file to go on after its first `size` bytes; what was cut off behind them goes. Throws one line. */
export function reopenRunFile(path: string, size: number): RunFile {
  let file: number;
  try {
    file = openSync(path, 'a');
    ftruncateSync(file, size);
  } catch (error) {
    throw writeProblem(path, error, `go on with ${resumeCommand(path)}`);
  }
  const { append, close } = writer(file, path, size);
  return { path, append, close, discard: close };
}
