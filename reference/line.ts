import { shown } from './quote.ts';

/** Longest error that a terminal and a report show whole. */
const LONGEST = 500;

/** A message as one line of at most 500 characters, without what moves a cursor. What is cut off is at its end. */
export function oneLine(message: string): string {
  // A message of megabytes is cut before it is searched.
  const line = message
    .slice(0, 2 * LONGEST)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return line.length <= LONGEST && message.length <= 2 * LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
}

/** Names that a message shows of a list. */
const NAMES = 3;

/** Names of what a file has too many of, such as `a, b, c and 7 more`. */
export function namesText(list: readonly { readonly name: string }[]): string {
  const more = list.length > NAMES ? ` and ${list.length - NAMES} more` : '';
  const first = list.slice(0, NAMES).map(({ name }) => shown(name));
  return `${first.join(', ')}${more}`;
}
