/** Longest text that a message shows of a name, and of a list. An error has to fit one line of 500 characters. */
const LONGEST = 80;
const ITEMS = 16;

/** A text with its middle left out where it is long. */
function cut(text: string): string {
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST / 2)}…${text.slice(1 - LONGEST / 2)}`;
}

/** A text that a file holds, as part of a message: at most 80 characters, with control and direction marks as `\u{…}`. */
export function shown(text: string): string {
  const escaped = cut(text).replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (mark) => `\\u{${mark.codePointAt(0)?.toString(16)}}`,
  );
  return cut(escaped);
}

/** `shown` in quotation marks. */
export const quote = (text: string): string => `'${shown(text)}'`;

/** What a file holds as a list or shape, such as `[1,3,224,224]`: at most some 100 characters. */
export function shapeText(shape: readonly unknown[]): string {
  const more = shape.length > ITEMS ? `,… ${shape.length} in all` : '';
  const text = shape
    .slice(0, ITEMS)
    .map((item) => shown(typeof item === 'object' ? '…' : String(item)))
    .join(',');
  return `[${cut(text)}${more}]`;
}
