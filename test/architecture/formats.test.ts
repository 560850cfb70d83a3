import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../reference/formats/formats.ts';
import { codeOf, SOURCES } from './sources.ts';

const IDS = FORMATS.map(({ id }): string => id);

/** Where a format may be named: its folder, the table and the backends' rows. */
const mayName = (path: string, id: string): boolean =>
  path.startsWith(`reference/formats/${id}/`) ||
  path === 'reference/formats/formats.ts' ||
  path === 'suites/backends/backends.ts';

/** The id as a text by itself. */
const names = (text: string, id: string): boolean => new RegExp(`(['"\`])${id}\\1`).test(codeOf(text));

/** Whether a file imports from a format's folder. */
function imports(path: string, text: string, id: string): boolean {
  return [...codeOf(text).matchAll(/(?:from|import\()\s*'(\.[^']*)'/g)].some(([, specifier = '']) =>
    posix.join(posix.dirname(path), specifier).startsWith(`reference/formats/${id}/`),
  );
}

/** A backend's adapter speaks its format. */
const mayImport = (path: string, id: string): boolean => mayName(path, id) || path.startsWith('suites/backends/');

describe('a format', () => {
  it.each(IDS)('%s is named in its own places alone', (id) => {
    const found = SOURCES.filter(({ path, text }) => !mayName(path, id) && names(text, id));
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  it.each(IDS)('%s is imported by the table and by adapters alone', (id) => {
    const found = SOURCES.filter(({ path, text }) => !mayImport(path, id) && imports(path, text, id));
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  it('is loaded by the table when it is asked for', () => {
    const table = SOURCES.find(({ path }) => path === 'reference/formats/formats.ts')?.text ?? '';
    expect([...table.matchAll(/from '([^']*)'/g)].map(([, from]) => from)).toEqual(['./format.ts']);
  });

  it('is told from others by no comparison with a text', () => {
    const compared = /\b[fF]ormat *[!=]== *['"`]/;
    const found = SOURCES.filter(
      ({ path, text }) => !path.startsWith('reference/formats/') && compared.test(codeOf(text)),
    );
    // Where a model comes from is no format: an architecture of the table has no file.
    const others = found.filter(({ text }) =>
      compared.test(codeOf(text).replace(/[fF]ormat *[!=]== *'architecture'/g, '')),
    );
    expect(others.map(({ path }) => path)).toEqual([]);
  });

  it('is found by the checks where it is named or imported', () => {
    const id = IDS[0] ?? '';
    for (const text of [`row.format === '${id}'`, `f(\`${id}\`)`]) expect(names(text, id)).toBe(true);
    for (const text of [`// as in '${id}'`, `'${id}runtime-node'`, `'model.${id}'`])
      expect(names(text, id)).toBe(false);
    const text = `import { x } from '../../reference/formats/${id}/write.ts';`;
    expect(imports('suites/engine/artefacts.ts', text, id)).toBe(true);
    expect(imports('suites/engine/artefacts.ts', "import { y } from '../formats.ts';", id)).toBe(false);
  });
});
