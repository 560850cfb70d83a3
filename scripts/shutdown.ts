import { constants } from 'node:os';
import { type Lifetime, lifetime } from '../suites/hosts/lifetime.ts';

/** Signals that end a run. Its exit code is then 128 + the signal's number, as in a shell. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Time limit in milliseconds for cleaning up; then the process exits anyway. */
const PATIENCE = 15_000;

/** Waits until written data has reached its reader. Writes to pipes are asynchronous on Windows. */
const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => (stream.writable ? stream.write('', () => resolve()) : resolve()));

/** How this process ends, the same for every signal at any moment. */
export type Shutdown = {
  /** What is cleaned up before the process ends. */
  readonly lifetime: Lifetime;
  /**
   * Aborts on a signal, with the exit code as its reason. A caller of this function must end the process itself;
   * without a caller, a signal ends the process at once.
   */
  abortSignal(): AbortSignal;
  /** Cleans up and exits. */
  leave(code: number): Promise<never>;
};

/**
 * Handles the signals that end a process. A second signal exits without waiting. A signal for which nobody called
 * `abortSignal` exits after cleaning up.
 */
export function takeSignals(log: (line: string) => void): Shutdown {
  const own = lifetime();
  let asked: AbortController | undefined;
  let came: number | undefined;
  const leave = async (code: number): Promise<never> => {
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    const written = Promise.all([flushed(process.stdout), flushed(process.stderr)]);
    await Promise.race([own.end(), late]);
    // A reader may be slow, but not after a signal.
    await (came === undefined ? written : Promise.race([written, late]));
    // Standard output may have failed only just now.
    process.exit(came === undefined && process.exitCode === 2 ? 2 : code);
  };
  for (const signal of SIGNALS)
    process.on(signal, () => {
      const code = 128 + constants.signals[signal];
      if (came !== undefined) {
        log('exiting at once');
        process.exit(came);
      }
      came = code;
      if (asked === undefined) leave(code);
      else asked.abort(code);
    });
  let failed = false;
  process.on('uncaughtException', (error) => {
    // Another listener for such errors decides instead, and the first error is enough to exit.
    if (process.listenerCount('uncaughtException') > 1 || failed) return;
    failed = true;
    log(`error: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
    leave(2);
  });
  return {
    lifetime: own,
    abortSignal() {
      asked ??= new AbortController();
      if (came !== undefined) asked.abort(came);
      return asked.signal;
    },
    leave,
  };
}
