import { describe, expect, it } from 'vitest';
import { SOURCES } from './sources.ts';

/** The declarations of types, by name: the paths of the files that hold one. */
function typesOf(sources: typeof SOURCES): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { path, text } of sources)
    for (const [, name = ''] of text.matchAll(/^(?:export )?(?:type|interface) (\w+)/gm))
      found.set(name, [...(found.get(name) ?? []), path]);
  return found;
}

/** The names of types that several files declare. */
const shared = (sources: typeof SOURCES) =>
  [...typesOf(sources)].filter(([, paths]) => paths.length > 1).map(([name, paths]) => `${name}: ${paths.join(', ')}`);

describe('a type of suites/', () => {
  it('has a name that no other type there has', () => {
    expect(shared(SOURCES.filter(({ path }) => path.startsWith('suites/')))).toEqual([]);
  });

  it('is found where another has its name', () => {
    const sources = [
      { path: 'suites/a.ts', text: 'export type Cell = { readonly id: string };\ntype Row<T> = readonly T[];' },
      { path: 'suites/b.ts', text: "import type { Cell } from './a.ts';\ntype Row = Cell;" },
    ];
    expect(shared(sources)).toEqual(['Row: suites/a.ts, suites/b.ts']);
  });
});
