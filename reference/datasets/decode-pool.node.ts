import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Decoded, DecodeJob, DecodeReply, DecodeWays } from './decode-worker.node.ts';

/** Files, by process, that may be decoded ahead of the one that the caller waits for. */
const AHEAD = 4;

/** Characters of a process's last words that are kept. */
const WORDS = 10_000;

/** The file of the process: the built one beside the built package, or, in a checkout, its source, by tsx. */
function forkWorker(how: DecodeWays): ChildProcess {
  const isBuilt = !import.meta.url.endsWith('.ts');
  const url = import.meta.resolve(isBuilt ? './decode-worker.js' : './decode-worker.node.ts');
  return fork(fileURLToPath(url), [JSON.stringify(how ?? null)], {
    execArgv: isBuilt ? [] : ['--import', import.meta.resolve('tsx')],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
}

/** A process, the number of the file that it has, whether it has said that it can work, and what it complained of. */
type Seat = { worker: ChildProcess; job: number | undefined; ready: boolean; words: string };

const emptySeat = (how: DecodeWays): Seat => ({
  worker: forkWorker(how),
  job: undefined,
  ready: false,
  words: '',
});

/** Ends a process, and resolves once it has ended. */
const ended = (worker: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (worker.pid === undefined || worker.exitCode !== null || worker.signalCode !== null) return resolve();
    worker.once('exit', () => resolve());
    worker.kill('SIGKILL');
  });

/** Why a process ended: the first error that it printed, or how it ended. */
function reasonOf({ words }: Seat, code: number | null, signal: string | null): string {
  const [, error] = words.match(/^\w*Error(?: \[\w+\])?: (.+)$/m) ?? [];
  return error ?? (signal === null ? `exit code ${code}` : `killed by ${signal}`);
}

/**
 * Decodes image files in processes of their own, so that a decoder that crashes takes nothing with it, and at a lower
 * priority, so that it takes the time that inference leaves. Resizes and crops them (`how`; undefined: own size), and yields uint8
 * [3, height, width] in the order of `paths`. A file that cannot be decoded yields its error, and the others go on. What
 * is decoded and not yet taken is at most a few images by process (`threads`). Throws where processes cannot start.
 */
export async function* decodeFiles(
  paths: readonly string[],
  how: DecodeWays,
  { threads }: { readonly threads: number },
): AsyncGenerator<Decoded> {
  const done = new Map<number, Decoded>();
  let [sent, next] = [0, 0];
  let failure: Error | undefined;
  let wake = (): void => {};
  const seats: Seat[] = [];

  const finish = (seat: Seat, decoded: Decoded): void => {
    seat.job = undefined;
    done.set(decoded.index, decoded);
  };
  const sit = (seat: Seat): void => {
    const { worker } = seat;
    worker.stderr?.on('data', (text: Buffer) => {
      seat.words = (seat.words + text.toString()).slice(-WORDS);
    });
    worker.on('message', (message: DecodeReply) => {
      if (message === 'ready') seat.ready = true;
      else finish(seat, message);
      feed();
      wake();
    });
    worker.on('error', (error: Error) => {
      failure ??= new Error(`images cannot be decoded: a process did not start: ${error.message}`);
      wake();
    });
    // A process ends by itself only where it failed, such as for lack of memory. Its file is given up.
    worker.on('close', (code, signal) => {
      const reason = reasonOf(seat, code, signal);
      if (!seat.ready) failure ??= new Error(`images cannot be decoded: a process did not start: ${reason}`);
      else {
        if (seat.job !== undefined) finish(seat, { index: seat.job, error: `its decoder ended: ${reason}` });
        Object.assign(seat, emptySeat(how));
        sit(seat);
      }
      wake();
    });
  };
  /** Gives each idle worker the next file. */
  const feed = (): void => {
    for (const seat of seats) {
      if (sent >= Math.min(paths.length, next + AHEAD * threads)) return;
      if (seat.job !== undefined || !seat.ready) continue;
      const job: DecodeJob = { index: sent, path: paths[sent] as string };
      seat.job = sent++;
      // A failure here shows in how the process ends.
      seat.worker.send(job, () => {});
    }
  };

  try {
    for (let i = 0; i < Math.min(threads, paths.length); i++) {
      const seat = emptySeat(how);
      seats.push(seat);
      sit(seat);
    }
    for (; next < paths.length; next++) {
      feed();
      let decoded = done.get(next);
      for (; decoded === undefined; decoded = done.get(next)) {
        if (failure !== undefined) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      done.delete(next);
      yield decoded;
    }
  } finally {
    for (const { worker } of seats) worker.removeAllListeners('close');
    await Promise.all(seats.map(({ worker }) => ended(worker)));
  }
}
