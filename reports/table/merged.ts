/** A number that stands alone: no part of a name (`layer1`), of a version (`1.30.0`) or of an exponent (`4e-5`). */
const NUMBER = /(?<![\w.]|\w[-+])\d+(?:\.\d+)?(?!\.?\w)/g;

/** A text without its numbers: texts that are alike in it can be merged. */
export const wording = (text: string): string => text.replace(NUMBER, '#');

/**
 * One text for several that differ in their numbers only: `5 to 59 %`. The first of them where they differ in words. Throws
 * RangeError where there is none.
 */
export function mergedText(texts: readonly string[]): string {
  const [first] = texts;
  if (first === undefined) throw new RangeError('no text to merge');
  const like = texts.filter((text) => wording(text) === wording(first));
  const numbers = like.map((text) => text.match(NUMBER) ?? []);
  let at = 0;
  return first.replace(NUMBER, (own) => {
    const all = numbers.map((list) => list[at] ?? own).sort((a, b) => Number(a) - Number(b));
    at++;
    const [least = own, most = own] = [all[0], all.at(-1)];
    return least === most ? own : `${least} to ${most}`;
  });
}
