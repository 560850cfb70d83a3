/**
 * What may move the cursor, colour, reorder or hide other text: control characters, format characters (bidirectional
 * marks, zero-width ones, tags), line separators and halves of surrogate pairs.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
const RUN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu;

/** One line that is safe to print: what could act on a terminal or on the rest of the text is a space. */
export const plain = (text: string): string => text.replace(RUN, ' ').trim();

/** Lines that are safe to print, with their indents. */
export const plainLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.replace(RUN, ' ').trimEnd())
    .join('\n');

/** The text with a visible sign in the place of each unsafe character but line feeds and tabs. */
export const printable = (text: string): string =>
  text.replace(UNSAFE, (sign) => (sign === '\n' || sign === '\t' ? sign : '\ufffd'));

/** JSON in lines whose strings hold unsafe characters as escapes, so that it is safe to print and still the same value. */
export const printableJson = (value: unknown, replacer?: (key: string, value: unknown) => unknown): string =>
  JSON.stringify(value, replacer, 2).replace(UNSAFE, (sign) =>
    sign === '\n'
      ? sign
      : Array.from({ length: sign.length }, (_, i) => `\\u${sign.charCodeAt(i).toString(16).padStart(4, '0')}`).join(
          '',
        ),
  );

/** At most `most` characters of a text: of a longer one its beginning and its end, which often tells the fix. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.floor(most / 3);
  return `${text.slice(0, most - end - 1)}…${text.slice(text.length - end)}`;
}

/** Characters of the longest error that a terminal and a report show whole. */
const LONGEST = 500;

/** A message as one line that is safe to print, of at most 500 characters. */
export const oneLine = (message: string): string =>
  // One of megabytes is cut before it is searched.
  cut(plain(cut(message, 4 * LONGEST)), LONGEST);
