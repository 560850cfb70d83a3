import { shown } from './quote.ts';

/** Parses JSON that somebody else wrote. Throws one line that says what is wrong where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The engine's message quotes the text: its marks must not reach a terminal.
    throw new Error(`it is not JSON: ${shown((error as Error).message)}`);
  }
}

/** Whether a value from JSON is an object, not a list or null. */
export const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A number from JSON, or a whole number as text (protocol buffers' JSON form of int64); NaN for anything else. */
export function numberIn(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
}
