import { cut } from '../../reference/text.ts';

/** Cells that a run may plan: more than twice all suites of every model on every backend. */
export const MOST_CELLS = 20_000;

/** Backends of a run: a table has a line for each. */
export const MOST_BACKENDS = 64;

/** Characters of a case id: a model of one's own is named by its file, of at most 255 bytes. */
export const MOST_ID = 512;

/** Rounds of a run, and timed calls of a round, that may be asked for. */
export const MOST_ROUNDS = 10_000;
export const MOST_SAMPLES = 100_000;

/** Cycles of creating, running and closing a session that a slope is taken from. */
export const MOST_CYCLES = 1000;

/** Bytes of a line of a run file; honest ones take up to a few megabytes, with MOST_SAMPLES or MOST_CELLS. */
export const MOST_BYTES = 2 ** 24;

/** Characters of a text in it, values in it, and how deep they may nest. */
const MOST_TEXT = 2 ** 16;
const MOST_VALUES = 500_000;
const MOST_DEPTH = 16;

/** Why a value is more than a line of a run file may hold, or undefined. */
export function excess(value: unknown): string | undefined {
  let left = MOST_VALUES;
  const walk = (one: unknown, depth: number): string | undefined => {
    if (--left < 0) return `it holds more than ${MOST_VALUES} values`;
    if (typeof one === 'string' && one.length > MOST_TEXT) return `a text of it has ${one.length} characters`;
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

/** The value with the middle of its long texts left out, so that a line that holds it can be read again. */
export function shortened<T>(value: T): T {
  const short = (one: unknown): unknown => {
    if (typeof one === 'string') return cut(one, MOST_TEXT / 2);
    if (Array.isArray(one)) return one.map(short);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([name, each]) => [name, short(each)]));
  };
  return short(value) as T;
}
