/**
 * Characters that may move the cursor, colour, reorder or hide other text: control characters, format characters
 * (bidirectional marks, zero-width characters, tags), line separators and lone surrogates.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
const RUN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu;

/** One line that is safe to print: unsafe characters become a space. */
export const plain = (text: string): string => text.replace(RUN, ' ').trim();

/** Lines that are safe to print, with their indents. */
export const plainLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.replace(RUN, ' ').trimEnd())
    .join('\n');

/** The text with a visible sign instead of each unsafe character, except line feeds and tabs. */
export const printable = (text: string): string =>
  text.replace(UNSAFE, (sign) => (sign === '\n' || sign === '\t' ? sign : '\ufffd'));

const escaped = (json: string): string =>
  json.replace(UNSAFE, (sign) =>
    sign === '\n'
      ? sign
      : Array.from({ length: sign.length }, (_, i) => `\\u${sign.charCodeAt(i).toString(16).padStart(4, '0')}`).join(
          '',
        ),
  );

/** Indented JSON with unsafe characters escaped, so that it is safe to print and still the same value. */
export const printableJson = (value: unknown, replacer?: (key: string, value: unknown) => unknown): string =>
  escaped(JSON.stringify(value, replacer, 2));

/** The same in one line. */
export const printableJsonLine = (value: unknown): string => escaped(JSON.stringify(value));

/** At most `most` characters of a text. A longer text keeps its beginning and its end, which often has the fix. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.floor(most / 3);
  return `${text.slice(0, most - end - 1)}…${text.slice(text.length - end)}`;
}

/** Maximum of characters in an error that a terminal and a report show in full. */
const LONGEST = 500;

/** A message as one line that is safe to print, of at most 500 characters. */
export const oneLine = (message: string): string =>
  // A message of megabytes is cut before it is searched.
  cut(plain(cut(message, 4 * LONGEST)), LONGEST);
