import { describe, expect, it } from 'vitest';
import { campaign } from './campaign.ts';
import { shareOut } from './input.ts';
import { inputOf } from './mutate.ts';
import { READERS } from './readers/table.ts';
import { judge } from './verdict.ts';

const INPUTS = 4000;
const SEED = 1;

describe('every reader', () => {
  it.each(READERS)('$id reads what its mutations begin with', async (reader) => {
    for (const { pieces, build } of reader.seeds) await reader.read(build(pieces.map(({ bytes }) => bytes)));
  });

  it('reads mutated inputs, or refuses them in one line, in bounded time and memory', {
    timeout: 300_000,
  }, async () => {
    const faults: string[] = [];
    const { counts } = await campaign(SEED, shareOut(READERS, INPUTS), ({ reader, number, what }) =>
      faults.push(`npm run fuzz:readers -- --seed ${SEED} --reader ${reader} --only ${number}: ${what}`),
    );
    expect(faults).toEqual([]);
    expect([...counts.keys()]).toEqual(READERS.map(({ id }) => id));
  });

  it('is given the same input for the same number', () => {
    for (const reader of READERS)
      for (let number = 0; number < 20; number++)
        expect(Buffer.compare(inputOf(reader, SEED, number).main, inputOf(reader, SEED, number).main)).toBe(0);
  });
});

describe('a fault is found where a reader', () => {
  const input = { main: new Uint8Array(4), parts: new Map() };
  const judged = (read: () => readonly string[], typed = false) =>
    judge({ id: 'bad', share: 1, typed, seeds: [], read }, input);
  const fails = (error: unknown) => () => {
    throw error;
  };

  it.each<[string, () => readonly string[], string]>([
    [
      'overflows the stack',
      function over(): string[] {
        return [...over()];
      },
      'not meant: RangeError: "Maximum call stack size exceeded"',
    ],
    ['has no check of a type', () => (null as unknown as { a: string[] }).a, 'not meant: TypeError'],
    [
      'has no check of a length',
      () => [`${new Float32Array(-1).length}`],
      'not meant: RangeError: "Invalid typed array',
    ],
    ['passes on what JSON says', () => JSON.parse('{'), 'not meant: SyntaxError'],
    ['throws a text', fails('text'), 'what is thrown is no Error'],
    ['says too much', fails(new Error('x'.repeat(501))), 'a message of 501 characters'],
    ['breaks the line', fails(new Error('a\nb')), 'a message of several lines, or with marks'],
    ['shows a mark that turns it around', () => ['\u202e'], 'a message of several lines, or with marks'],
    ['says nothing', fails(new Error('')), 'an empty message'],
    ['takes more memory than it may', () => [`${Buffer.alloc(700 * 2 ** 20, 1).length}`], 'memory: '],
  ])('%s', async (_, read, what) => {
    const verdict = await judged(read);
    expect(verdict.kind).toBe('fault');
    expect(verdict.what).toContain(what);
  });

  it('but not where it reads, refuses in words, or repeats what was typed', async () => {
    expect(await judged(() => ['fine'])).toMatchObject({ kind: 'valid', what: '' });
    expect(await judged(fails(new Error("'a' is no tensor")))).toMatchObject({ kind: 'refused', what: '' });
    expect(await judged(fails(new Error('x'.repeat(501))), true)).toMatchObject({ kind: 'refused' });
  });
});
