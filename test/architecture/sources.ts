import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** The project's folders but its tests. */
const FOLDERS = ['reference', 'suites', 'reports', 'scripts'] as const;

/** Files of folders whose names match, as paths from the root, with slashes, and their text. Output is left out. */
export const filesOf = (folders: readonly string[], names: RegExp) =>
  folders
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
    )
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => names.test(path) && !path.startsWith('reports/out/'))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

/** The project's modules but its tests. */
export const SOURCES: readonly { readonly path: string; readonly text: string }[] = filesOf(FOLDERS, /\.ts$/);

/** The same, its scripts in other languages too. */
export const PROGRAMS = filesOf(FOLDERS, /\.(?:[cm]?[jt]s|py)$/);

/** Every script or module, of the tests too. */
export const SCRIPTS = filesOf([...FOLDERS, 'test'], /\.[cm]?[jt]sx?$/);

/** A text without its comments. */
export const codeOf = (text: string): string => text.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');
