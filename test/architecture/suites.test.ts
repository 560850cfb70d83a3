import { describe, expect, it } from 'vitest';
import type { AnySuite } from '../../suites/contract/suite.ts';
import { SUITES } from '../../suites/suites.ts';
import { codeOf, SOURCES } from './sources.ts';

/** Where a suite may be named: its folder, its section of the page, the table and the profiles. */
const mayName = (id: string): RegExp =>
  new RegExp(
    `^(?:suites/${id}/|reports/html/sections/${id}(?:-[a-z]+)?\\.ts$|suites/suites\\.ts$|suites/plan/profiles\\.ts$)`,
  );

/** The id as a text, alone or at the beginning of a query, or its folder in an import. */
const names = (id: string): RegExp => new RegExp(`['\`]${id}(?:['\`]|:[^ ])|(?:from|import\\()\\s*'[^']*/${id}/`);

/** Words that mean something else too: a bound of a kernel. */
const HOMONYMS: { readonly [id: string]: RegExp } = {
  memory: /^(?:reference\/(?:ops\/kernel|models\/kernels)|suites\/roofline\/run)\.ts$/,
};

describe('a suite', () => {
  it.each(SUITES.map(({ id }) => id))('%s is named in its own places alone', (id) => {
    const named = SOURCES.filter(
      ({ path, text }) => !mayName(id).test(path) && !HOMONYMS[id]?.test(path) && names(id).test(codeOf(text)),
    );
    expect(named.map(({ path }) => path)).toEqual([]);
  });

  it('is found by the check where it is named', () => {
    for (const text of ["x === 'leak'", 'parse(`leak:resnet18`)', "import { leak } from '../leak/suite.ts';"])
      expect(names('leak').test(codeOf(text))).toBe(true);
    for (const text of ['// as in `leak`', "'leaks'", "'no leak: none'"])
      expect(names('leak').test(codeOf(text))).toBe(false);
  });

  it.each(SUITES.map((suite): [string, AnySuite] => [suite.id, suite]))(
    '%s runs what a host imports by its folder',
    async (id, suite) => {
      const run = await suite.run();
      expect(run).toBe(await import(`../../suites/${id}/run.ts`));
      expect('visit' in run).toBe(suite.dedicated);
    },
  );

  it('has columns of its own places, one after another', () => {
    const places = new Map<number, string>();
    for (const { columns } of SUITES)
      for (const { place, name } of columns) {
        expect(places.get(place) ?? name).toBe(name);
        places.set(place, name);
      }
    expect(new Set(places.values()).size).toBe(places.size);
  });
});
