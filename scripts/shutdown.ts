import { constants } from 'node:os';
import { type Lifetime, lifetime } from '../suites/hosts/lifetime.ts';

/** Signals that ask a run to end. Its exit code is then 128 and the signal's number, as in a shell. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Milliseconds that undoing may take before the process leaves all the same. */
const PATIENCE = 15_000;

/** Waits until what was written is with whoever reads it, as it is not yet on Windows' pipes. */
const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => (stream.writable ? stream.write('', () => resolve()) : resolve()));

/** How this process ends: the one way for every signal, at any moment. */
export type Shutdown = {
  /** What is undone before the process ends. */
  readonly lifetime: Lifetime;
  /**
   * Aborts once a signal has come, with the exit code as its reason. Who asks for it ends the process itself; else it ends
   * at once.
   */
  abortSignal(): AbortSignal;
  /** Undoes everything and leaves. */
  leave(code: number): Promise<never>;
};

/**
 * Takes over the signals that ask a process to end. A second one leaves without waiting; so does a signal that nobody has
 * asked for, once all is undone.
 */
export function takeSignals(log: (line: string) => void): Shutdown {
  const own = lifetime();
  let asked: AbortController | undefined;
  let came: number | undefined;
  const leave = async (code: number): Promise<never> => {
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    const written = Promise.all([flushed(process.stdout), flushed(process.stderr)]);
    await Promise.race([own.end(), late]);
    // A reader may be as slow as it likes, but for a signal.
    await (came === undefined ? written : Promise.race([written, late]));
    // Standard output may have failed only now.
    process.exit(came === undefined && process.exitCode === 2 ? 2 : code);
  };
  for (const signal of SIGNALS)
    process.on(signal, () => {
      const code = 128 + constants.signals[signal];
      if (came !== undefined) {
        log('leaving at once');
        process.exit(came);
      }
      came = code;
      if (asked === undefined) leave(code);
      else asked.abort(code);
    });
  let failed = false;
  process.on('uncaughtException', (error) => {
    // Who watches for such errors decides; and one is enough to leave.
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
