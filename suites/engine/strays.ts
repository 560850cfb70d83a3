import type { Lifetime } from '../hosts/lifetime.ts';

/** Milliseconds for a piece of work to end by itself after an error that nothing awaited. */
const GRACE = 10_000;

/** Errors that a dependency throws outside of everything that is awaited, such as Playwright where a browser dies. */
export type Strays = {
  /**
   * The work's result; where an error strays meanwhile and the work does not end soon after, what `otherwise` makes of
   * that error.
   */
  during<T>(work: Promise<T>, otherwise: (error: Error) => T): Promise<T>;
  /** Rejects with an error that strays outside of such work. */
  readonly outside: Promise<never>;
};

const firstLine = ({ message }: Error): string => message.split('\n')[0] ?? 'no message';

/** Watches for such errors until the lifetime ends. They are told through `log`, and no longer end the process. */
export function watchStrays(lifetime: Lifetime, log: (line: string) => void): Strays {
  let listener: ((error: Error) => void) | undefined;
  let fail: (error: Error) => void = () => {};
  const outside = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // It may reject while nobody waits.
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
