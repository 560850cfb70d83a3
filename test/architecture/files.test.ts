import { describe, expect, it } from 'vitest';
import { SCRIPTS } from './sources.ts';

const CAP = 250;
const TABLES =
  /^(?:reference\/(?:models\/models|weights\/checkpoints)|suites\/(?:suites|backends\/backends)|test\/architecture\/rules)\.ts$/;

/** How many lines a text has beyond the cap, unless its file is a table. */
const excess = (path: string, text: string): number =>
  TABLES.test(path) ? 0 : Math.max(0, text.replace(/\n$/, '').split('\n').length - CAP);

describe('a file', () => {
  it('is short, unless it is a table', () => {
    const long = SCRIPTS.map(({ path, text }) => [path, excess(path, text)] as const);
    expect(long.filter(([, lines]) => lines > 0)).toEqual([]);
  });

  it('is TypeScript', () => expect(SCRIPTS.filter(({ path }) => !path.endsWith('.ts'))).toEqual([]));

  it('is found where it is long', () => {
    expect(excess('suites/a.ts', 'x;\n'.repeat(251))).toBe(1);
    expect(excess('suites/a.ts', 'x;\n'.repeat(250))).toBe(0);
    expect(excess('reference/models/models.ts', 'x;\n'.repeat(251))).toBe(0);
  });
});
