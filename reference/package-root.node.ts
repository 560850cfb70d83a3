import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A folder and its parents, the nearest first. */
export const upwards = (folder: string): string[] =>
  dirname(folder) === folder ? [folder] : [folder, ...upwards(dirname(folder))];

/** This package's folder, found upwards from this file or from the built one. */
export const packageRoot = (): string =>
  upwards(dirname(fileURLToPath(import.meta.url))).find((folder) => existsSync(join(folder, 'package.json'))) as string;
