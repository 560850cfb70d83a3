import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE_FIX, cacheFolder } from '../../reference/weights/checkpoint-files.node.ts';
import { cannotWrite } from '../../reference/write.node.ts';
import type { PackageFolders } from '../hosts/bundle.ts';
import { npm, npmFault } from './registry.ts';
import { familyOf, type Spec, specText } from './spec.ts';

/** Seconds for an install. A version of onnxruntime-node has up to 300 MB. */
const LIMIT_S = 600;

/** A name for files, of a package and its version. */
const keyOf = (spec: Spec): string =>
  specText(spec)
    .replace(/[^\w.@-]+/g, '-')
    .replace(/^@/, '');

/** The folder of installed versions. */
const versionsFolder = (): string => join(cacheFolder(), 'packages');

/** The packages of a spec in the folder where they are installed. */
function installedIn(folder: string, spec: Spec): PackageFolders {
  const folders = familyOf(spec.name).map((name) => [name, join(folder, 'node_modules', name)] as const);
  return { key: keyOf(spec), folders: new Map(folders) };
}

/**
 * Installs a version of a package, with what it depends on and what has a version together with it, in a folder of its
 * own in the cache, where later calls find it. No install script runs, so native parts that one would fetch are missing.
 * Two processes may install at once: a folder appears whole. Throws one line where it cannot be installed.
 */
export async function installVersion(spec: Spec, log: (line: string) => void): Promise<PackageFolders> {
  const parent = versionsFolder();
  const folder = join(parent, keyOf(spec));
  if (existsSync(folder)) return installedIn(folder, spec);
  const what = specText(spec);
  log(`installing ${what}`);
  let part: string;
  try {
    mkdirSync(parent, { recursive: true });
    part = mkdtempSync(join(parent, '.part-'));
    writeFileSync(join(part, 'package.json'), '{ "private": true }\n');
  } catch (error) {
    throw cannotWrite(parent, error, CACHE_FIX);
  }
  try {
    const wanted = familyOf(spec.name).map((name) => specText({ name, version: spec.version }));
    const quiet = ['--ignore-scripts', '--no-save', '--no-package-lock', '--no-audit', '--no-fund'];
    const ran = await npm(['install', '--prefix', part, ...quiet, '--save-exact', ...wanted], LIMIT_S);
    if (!ran.ok) throw new Error(npmFault(what, ran));
    if (!existsSync(join(part, 'node_modules', spec.name))) throw new Error(`${what}: npm installed nothing`);
    try {
      renameSync(part, folder);
    } catch (error) {
      // Another process was faster.
      if (!existsSync(folder)) throw cannotWrite(folder, error, CACHE_FIX);
    }
    return installedIn(folder, spec);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

/** Several sets of other versions as one. */
export const joinPackages = (parts: readonly PackageFolders[]): PackageFolders => ({
  key: parts.map(({ key }) => key).join('+'),
  folders: new Map(parts.flatMap(({ folders }) => [...folders])),
});
