import { cut } from '../../reference/text.ts';

/** Maximum of cells in a plan: more than twice all suites of every model on every backend. */
export const MOST_CELLS = 20_000;

/** Maximum of backends in a run: a table has a line for each. */
export const MOST_BACKENDS = 64;

/** Maximum of characters in a cell id: a custom model is named by its file, of at most 255 bytes. */
export const MOST_ID = 512;

/** Maximum of shards of a run. */
export const MOST_SHARDS = 256;

/** Maximum of rounds in a run, and of timed calls in a round. */
export const MOST_ROUNDS = 10_000;
export const MOST_SAMPLES = 100_000;

/** Maximum of cycles (create, run and close a session) for one slope. */
export const MOST_CYCLES = 1000;

/**
 * Maximum of bytes in a line of a run file. Honest lines take up to a few megabytes, with MOST_SAMPLES or MOST_CELLS.
 */
export const MOST_BYTES = 2 ** 24;

/** Maxima in a line: characters of a text, number of values, and nesting depth. */
const MOST_TEXT = 2 ** 16;
const MOST_VALUES = 500_000;
const MOST_DEPTH = 16;

/** Why a value is too large for a line of a run file, or undefined. */
export function excess(value: unknown): string | undefined {
  let left = MOST_VALUES;
  const walk = (one: unknown, depth: number): string | undefined => {
    if (--left < 0) return `it holds more than ${MOST_VALUES} values`;
    if (typeof one === 'string' && one.length > MOST_TEXT) return `one of its texts has ${one.length} characters`;
    if (typeof one !== 'object' || one === null) return undefined;
    if (depth > MOST_DEPTH) return `its values nest deeper than ${MOST_DEPTH}`;
    const inner = Array.isArray(one) ? one : Object.entries(one).flat();
    for (const each of inner) {
      const found = walk(each, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return walk(value, 0);
}

/** The value with its long texts shortened in the middle, so that a line that holds it can be read again. */
export function shortened<T>(value: T): T {
  const short = (one: unknown): unknown => {
    if (typeof one === 'string') return cut(one, MOST_TEXT / 2);
    if (Array.isArray(one)) return one.map(short);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([name, each]) => [name, short(each)]));
  };
  return short(value) as T;
}
