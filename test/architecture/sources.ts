import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** The project's modules but its tests: paths from the root, with slashes, and their text. */
export const SOURCES: readonly { readonly path: string; readonly text: string }[] = [
  'reference',
  'suites',
  'reports',
  'scripts',
]
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  )
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

/** A text without its comments. */
export const codeOf = (text: string): string => text.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');
