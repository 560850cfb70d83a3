import { cut } from './text.ts';

/** Maximum of characters that a message shows of a name or a list. An error must fit into a line of 500 characters. */
const LONGEST = 80;
const ITEMS = 16;
/** Maximum of names that a message shows of a list. */
const NAMES = 3;

/** A text from a file for use in a message: at most 80 characters, with control and direction marks as `\u{…}`. */
export function shown(text: string): string {
  const escaped = cut(text, LONGEST).replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (mark) => `\\u{${mark.codePointAt(0)?.toString(16)}}`,
  );
  return cut(escaped, LONGEST);
}

/** `shown` in quotation marks. */
export const quote = (text: string): string => `'${shown(text)}'`;

/** A list or shape from a file, such as `[1,3,224,224]`: at most about 100 characters. */
export function shapeText(shape: readonly unknown[]): string {
  const more = shape.length > ITEMS ? `,… ${shape.length} in all` : '';
  const text = shape
    .slice(0, ITEMS)
    .map((item) => shown(typeof item === 'object' ? '…' : String(item)))
    .join(',');
  return `[${cut(text, LONGEST)}${more}]`;
}

/**
 * The first of some short texts, as many as fit into `room` characters, at least one and at most `most`, and the number
 * of the others: `a, b and 7 more`.
 */
export function listText(items: readonly string[], most: number, room: number): string {
  let count = 1;
  for (let length = items[0]?.length ?? 0; count < Math.min(items.length, most); count++) {
    length += 2 + (items[count]?.length ?? 0);
    if (length > room) break;
  }
  const rest = items.length - count;
  const text = cut(items.slice(0, count).join(', '), room);
  return rest > 0 ? `${text} and ${rest} more` : text;
}

/** The first names of a list that is too long, such as `a, b, c and 7 more`. */
export function namesText(list: readonly { readonly name: string }[]): string {
  const more = list.length > NAMES ? ` and ${list.length - NAMES} more` : '';
  const first = list.slice(0, NAMES).map(({ name }) => shown(name));
  return `${first.join(', ')}${more}`;
}
