import type { Lifetime } from '../hosts/lifetime.ts';

/** Milliseconds that work has to end on its own after a stray error. */
const GRACE = 10_000;

/**
 * Stray errors: thrown by a dependency outside of everything that is awaited, such as by Playwright when a browser
 * dies.
 */
export type Strays = {
  /**
   * Resolves with the work's result. Where a stray error occurs meanwhile and the work does not end soon after,
   * resolves with `otherwise` of that error.
   */
  during<T>(work: Promise<T>, otherwise: (error: Error) => T): Promise<T>;
  /** Rejects with a stray error that occurs outside of such work. */
  readonly outside: Promise<never>;
};

const firstLine = ({ message }: Error): string => message.split('\n')[0] ?? 'no message';

/** Watches for stray errors until the lifetime ends. They are reported through `log` and do not end the process. */
export function watchStrays(lifetime: Lifetime, log: (line: string) => void): Strays {
  let listener: ((error: Error) => void) | undefined;
  let fail: (error: Error) => void = () => {};
  const outside = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // It may reject while nobody awaits it.
  outside.catch(() => {});
  const onError = (thrown: unknown) => {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    log(`warning: an error outside of any handler: ${firstLine(error)}`);
    if (listener !== undefined) listener(error);
    else fail(error);
  };
  process.on('uncaughtException', onError);
  lifetime.defer(() => void process.off('uncaughtException', onError));
  return {
    outside,
    async during(work, otherwise) {
      let timer: NodeJS.Timeout | undefined;
      const stray = new Promise<Error>((resolve) => {
        listener = (error) => {
          timer ??= setTimeout(resolve, GRACE, error);
        };
      });
      try {
        return await Promise.race([work, stray.then(otherwise)]);
      } finally {
        clearTimeout(timer);
        listener = undefined;
      }
    },
  };
}
