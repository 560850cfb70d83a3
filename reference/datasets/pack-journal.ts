import { isObject } from '../json.ts';

/** Version of the format. */
export const JOURNAL = 1;

/** Ending of a journal's name. */
export const JOURNAL_END = '.journal';

/** Bytes of a journal's first line, which is written again and again in place. */
export const STATUS_BYTES = 96;

/**
 * How far a pack is that is being decoded: its images so far, and the bytes of the journal that describe them. `whole`:
 * its description is written.
 */
export type JournalStatus = {
  readonly images: number;
  readonly bytes: number;
  readonly state: 'decoding' | 'whole' | 'failed';
};

/** The journal's second line: the file of pixels, its layout as a pack's, and how many images are to be decoded. */
export type JournalHead = {
  readonly journal: typeof JOURNAL;
  readonly file: string;
  /** The description that is written once all images are decoded. */
  readonly pack: string;
  /** Height and width, in pixels; null where images keep their size, which each line says. */
  readonly size: number | null;
  readonly classes: number;
  readonly listed: number;
};

/** An image of the list, in its order: decoded, or why not. The last line may say why decoding ended. */
export type JournalLine =
  | {
      readonly label: number;
      readonly digest: string;
      readonly size: number;
      readonly also?: readonly number[] | undefined;
    }
  | { readonly error: string }
  | { readonly failed: string };

/** The first line, of STATUS_BYTES bytes. */
export const statusText = (status: JournalStatus): string => `${JSON.stringify(status).padEnd(STATUS_BYTES - 1)}\n`;

const STATES: readonly unknown[] = ['decoding', 'whole', 'failed'];

/** Parses a journal's first line; undefined where it is none. */
export function parseStatus(text: string): JournalStatus | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isOne =
      isObject(value) &&
      Number.isSafeInteger(value.images) &&
      Number.isSafeInteger(value.bytes) &&
      STATES.includes(value.state);
    return isOne ? (value as JournalStatus) : undefined;
  } catch {
    return undefined;
  }
}

/** Parses a journal's second line; undefined where it is none. */
export function parseHead(text: string): JournalHead | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && value.journal === JOURNAL ? (value as JournalHead) : undefined;
  } catch {
    return undefined;
  }
}

/** Parses the lines of images, up to the first that is damaged. */
export function parseLines(text: string): JournalLine[] {
  const lines: JournalLine[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    try {
      const value: unknown = JSON.parse(line);
      const isImage = isObject(value) && Number.isInteger(value.label) && typeof value.digest === 'string';
      if (!isImage && !(isObject(value) && (typeof value.error === 'string' || typeof value.failed === 'string')))
        return lines;
      lines.push(value as JournalLine);
    } catch {
      return lines;
    }
  }
  return lines;
}
