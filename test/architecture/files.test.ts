import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

const FILES = ['reference', 'suites', 'reports', 'scripts', 'test']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  )
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.[cm]?[jt]sx?$/.test(path) && !path.startsWith('reports/out/'));

const CAP = 250;
const TABLES =
  /^(?:reference\/(?:models\/models|weights\/checkpoints)|suites\/(?:suites|backends\/backends)|test\/architecture\/rules)\.ts$/;

/** How many lines a text has beyond the cap, unless its file is a table. */
const excess = (path: string, text: string): number =>
  TABLES.test(path) ? 0 : Math.max(0, text.replace(/\n$/, '').split('\n').length - CAP);

describe('a file', () => {
  it('is short, unless it is a table', () => {
    const long = FILES.map((path) => [path, excess(path, readFileSync(join(ROOT, path), 'utf8'))] as const);
    expect(long.filter(([, lines]) => lines > 0)).toEqual([]);
  });

  it('is TypeScript', () => expect(FILES.filter((path) => !path.endsWith('.ts'))).toEqual([]));

  it('is found where it is long', () => {
    expect(excess('suites/a.ts', 'x;\n'.repeat(251))).toBe(1);
    expect(excess('suites/a.ts', 'x;\n'.repeat(250))).toBe(0);
    expect(excess('reference/models/models.ts', 'x;\n'.repeat(251))).toBe(0);
  });
});
