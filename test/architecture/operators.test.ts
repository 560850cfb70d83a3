import { describe, expect, it } from 'vitest';
import { OPERATORS } from '../../reference/ops/operators.ts';
import { PROGRAMS } from './sources.ts';

/**
 * Where an operator may be named: its file and the table, what reads and writes it, builds and rewrites networks, and the
 * known defects of runtimes' operators.
 */
const MAY_NAME = /^(?:reference\/(?:ops|formats|models|passes)\/|suites\/backends\/defects\.ts$)/;

/** The id as a whole text. */
const names = (id: string): RegExp => new RegExp(`(['"\`])${id}\\1`);

describe('an operator', () => {
  it.each(Object.keys(OPERATORS))('%s is named in its own places alone', (id) => {
    const named = PROGRAMS.filter(({ path, text }) => !MAY_NAME.test(path) && names(id).test(text));
    expect(named.map(({ path }) => path)).toEqual([]);
  });

  it('is imported by its own places alone', () => {
    const rows = PROGRAMS.filter(
      ({ path, text }) => /^reference\/ops\//.test(path) && /: Operator<\w+> = \{/.test(text),
    );
    expect(rows.length).toBe(Object.keys(OPERATORS).length);
    const specifiers = rows.map(({ path }) => `/ops/${path.replace('reference/ops/', '')}'`);
    const importing = PROGRAMS.filter(
      ({ path, text }) => !MAY_NAME.test(path) && specifiers.some((one) => text.includes(one)),
    );
    expect(importing.map(({ path }) => path)).toEqual([]);
  });

  it('is found by the check where it is named', () => {
    for (const text of ["node.op === 'Conv'", 'op == "Conv"', 'case `Conv`:', "OpOf<'Conv'>"])
      expect(names('Conv').test(text)).toBe(true);
    for (const text of ["'Conv2D'", '// a Conv', "'no Conv'"]) expect(names('Conv').test(text)).toBe(false);
  });
});
