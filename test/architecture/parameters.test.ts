import { describe, expect, it } from 'vitest';
import { SOURCES } from './sources.ts';

const MOST_PARAMETERS = 4;

/** What begins a declaration of a function with a name: `function f(` or `const f = (`. */
const DECLARATION =
  /(?:function\s*\*?\s*([A-Za-z]\w*)\s*(?:<[^()]*>)?\(|(?:const|let)\s+([A-Za-z]\w*)\s*=\s*(?:async\s*)?(?:<[^()]*>)?\()/g;

/** The parameters of the list that begins at `from`, and where it ends. Commas inside of brackets separate none. */
function parametersAt(text: string, from: number): { count: number; end: number } {
  let [depth, commas, any, at] = [0, 0, false, from];
  for (; at < text.length && !(depth === 0 && text[at] === ')'); at++) {
    const sign = text[at] as string;
    if (sign === '=' && text[at + 1] === '>') at++;
    else if ('([{<'.includes(sign)) depth++;
    else if (')]}>'.includes(sign)) depth--;
    else if (sign === ',' && depth === 0 && !/^,\s*\)/.test(text.slice(at))) commas++;
    if (/\S/.test(sign)) any = true;
  }
  return { count: any ? commas + 1 : 0, end: at };
}

/** The names of functions with more positional parameters than allowed. */
function long(text: string): string[] {
  return [...text.matchAll(DECLARATION)].flatMap((match) => {
    const [whole, declared, assigned] = match;
    const { count, end } = parametersAt(text, match.index + whole.length);
    const isFunction = declared !== undefined || /^\)\s*(?::[^=]*)?=>/.test(text.slice(end));
    return isFunction && count > MOST_PARAMETERS ? [declared ?? assigned ?? ''] : [];
  });
}

describe('a function', () => {
  it(`has at most ${MOST_PARAMETERS} positional parameters`, () => {
    const found = SOURCES.flatMap(({ path, text }) => long(text).map((name) => `${path}: ${name}`));
    expect(found).toEqual([]);
  });

  it('is found where it has more', () => {
    const five = 'a: number, b: Map<string, number>, { c, d }: X, e: () => void, f: [number, number]';
    expect(long(`function one(${five}) {}`)).toEqual(['one']);
    expect(long(`const two = async (${five},\n): Promise<void> => {}`)).toEqual(['two']);
    expect(long('function three({ a, b, c, d, e }: Y, f: (g: 1, h: 2, i: 3) => void, j: 1, k: 2,\n) {}')).toEqual([]);
  });
});
