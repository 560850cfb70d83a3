const NUMBER = /\d+(?:\.\d+)?/g;

/**
 * One text for several that differ in their numbers only: `5 to 59 %`. The first of them where they differ in words. Throws
 * RangeError where there is none.
 */
export function mergedText(texts: readonly string[]): string {
  const [first] = texts;
  if (first === undefined) throw new RangeError('no text to merge');
  const skeleton = first.replace(NUMBER, '#');
  const like = texts.filter((text) => text.replace(NUMBER, '#') === skeleton);
  const numbers = like.map((text) => text.match(NUMBER) ?? []);
  let at = 0;
  return first.replace(NUMBER, (own) => {
    const all = numbers.map((list) => list[at] ?? own).sort((a, b) => Number(a) - Number(b));
    at++;
    const [least = own, most = own] = [all[0], all.at(-1)];
    return least === most ? own : `${least} to ${most}`;
  });
}
