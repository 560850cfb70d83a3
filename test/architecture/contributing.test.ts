import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './sources.ts';

const text = readFileSync(join(ROOT, '.github', 'CONTRIBUTING.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };

describe('CONTRIBUTING.md', () => {
  // Names in capitals stand for what is to be added.
  const paths = [...text.matchAll(/\b(?:suites|reference|reports|scripts|test)\/[\w./-]*/g)]
    .map(([path]) => path.replace(/[.,;]$/, ''))
    .filter((path) => !/[A-Z]/.test(path));

  it.each([...new Set(paths)])('names %s, which is there', (path) => expect(existsSync(join(ROOT, path))).toBe(true));

  it('names commands that are there', () => {
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
  });
});
