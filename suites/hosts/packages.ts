import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PackageFolders, packageFolder } from './bundle.ts';

/** The folder of a package that a host runs. */
export const folderOf = ({ folders }: PackageFolders, name: string): string => folders.get(name) ?? packageFolder(name);

/** Version of a package that a host runs, or `missing`. */
export function versionIn(packages: PackageFolders, name: string): string {
  try {
    const text = readFileSync(join(folderOf(packages, name), 'package.json'), 'utf8');
    return (JSON.parse(text) as { version: string }).version;
  } catch {
    return 'missing';
  }
}
