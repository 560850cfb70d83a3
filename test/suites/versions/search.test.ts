import { describe, expect, it } from 'vitest';
import { type Mark, search } from '../../../suites/versions/search.ts';

const ANSWERS: { readonly [letter: string]: Mark } = { g: 'good', b: 'bad', s: 'skipped' };

/** Versions as letters, the oldest first: g(ood), b(ad), s(kipped). Counts how often each is tried. */
function oracle(letters: string) {
  const tried: number[] = [];
  return {
    tried,
    attempt: async (index: number) => {
      tried.push(index);
      return ANSWERS[letters[index] ?? ''] ?? Promise.reject(new Error(`no version ${index}`));
    },
  };
}

const ends = (letters: string, good: number | undefined) => ({ good, bad: letters.length - 1 });

async function found(letters: string, good: number | undefined) {
  const { attempt, tried } = oracle(letters);
  const answer = await search(ends(letters, good), attempt);
  expect(new Set(tried).size).toBe(tried.length);
  return { ...answer, tries: tried.length };
}

describe('a search between a good and a bad version', () => {
  it('finds every place where the fault may come, in logarithmic time', async () => {
    for (let count = 2; count <= 64; count++)
      for (let first = 1; first < count; first++) {
        const letters = 'g'.repeat(first) + 'b'.repeat(count - first);
        const { tries, ...answer } = await found(letters, 0);
        expect(answer).toEqual({ kind: 'came', lastGood: first - 1, firstBad: first });
        expect(tries).toBeLessThanOrEqual(2 + Math.ceil(Math.log2(count)));
      }
  });

  it.each([
    ['gssssb', 0, 5],
    ['ggssbb', 1, 4],
    ['gsgsbsb', 2, 4],
    ['gbsssb', 0, 1],
    ['gsssgb', 4, 5],
  ])('goes around what is skipped: %s', async (letters, lastGood, firstBad) =>
    expect(await found(letters, 0)).toMatchObject({ kind: 'came', lastGood, firstBad }),
  );

  it('finds a place where a fault comes even where it came several times', async () => {
    for (const letters of ['ggbbggbb', 'gbgbgbgb', 'gbbggggggb', 'gsbgsbgb']) {
      const answer = await found(letters, 0);
      if (answer.kind !== 'came') throw new Error(answer.kind);
      expect(letters[answer.lastGood]).toBe('g');
      expect(letters[answer.firstBad]).toBe('b');
      expect(letters.slice(answer.lastGood + 1, answer.firstBad)).toMatch(/^s*$/);
    }
  });

  it.each([
    ['gggg', { kind: 'same', answer: 'good' }],
    ['bbbb', { kind: 'same', answer: 'bad' }],
    ['gggs', { kind: 'stuck', index: 3 }],
    ['sggb', { kind: 'stuck', index: 0 }],
  ])('stops where the ends do not differ or do not run: %s', async (letters, answer) =>
    expect(await found(letters, 0)).toMatchObject(answer),
  );
});

describe('a search with no good version given', () => {
  it('finds the last place where the fault came', async () => {
    for (let count = 2; count <= 40; count++)
      for (let first = 1; first < count; first++) {
        const letters = 'g'.repeat(first) + 'b'.repeat(count - first);
        const { tries, ...answer } = await found(letters, undefined);
        expect(answer).toEqual({ kind: 'came', lastGood: first - 1, firstBad: first });
        expect(tries).toBeLessThanOrEqual(2 + 2 * Math.ceil(Math.log2(count)));
      }
  });

  it.each([
    ['bbbbbbbbb', 0],
    ['ssssbbbbb', 4],
    ['ssbsssbbbbbb', 2],
    ['ssssssssb', 8],
    ['ssbsbsbsbsb', 2],
    ['b', 0],
  ])('says since when every version that runs has it: %s', async (letters, since) =>
    expect(await found(letters, undefined)).toMatchObject({ kind: 'always', since }),
  );

  it.each([
    ['gsssssbbbbb', 0, 6],
    ['sgsssbbbbbb', 1, 5],
    ['sssgssbbbbb', 3, 6],
  ])('finds a good version among older ones that do not run: %s', async (letters, lastGood, firstBad) =>
    expect(await found(letters, undefined)).toMatchObject({ kind: 'came', lastGood, firstBad }),
  );

  it('gives up on older ones after six in a row that do not run', async () =>
    expect(await found('gssssssssssb', undefined)).toMatchObject({ kind: 'always', since: 11 }));

  it('stops where the newest is good or does not run', async () => {
    expect(await found('bbg', undefined)).toMatchObject({ kind: 'same', answer: 'good' });
    expect(await found('bbs', undefined)).toMatchObject({ kind: 'stuck', index: 2 });
  });
});
