import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { packageRoot, upwards } from '../../reference/package-root.node.ts';
import { writeWhole } from '../../reference/write.node.ts';
import { otherPackages } from './other-packages.ts';

/** This package's folder. */
export const ROOT = packageRoot();

/**
 * The folder of an installed package: in this package's `node_modules`, or in the one where this package is installed.
 */
export const packageFolder = (name: string): string =>
  upwards(ROOT)
    .map((folder) => join(folder, 'node_modules', name))
    .find((folder) => existsSync(folder)) ?? join(ROOT, 'node_modules', name);

/**
 * Where a host finds the runtimes: other versions of some packages, by name, and this project's own of all others.
 * `key` names the choice in file names, and is empty where all are this project's own.
 */
export type PackageFolders = { readonly key: string; readonly folders: ReadonlyMap<string, string> };

/** This project's own packages. */
export const OWN_PACKAGES: PackageFolders = { key: '', folders: new Map() };

/** In the `node_modules` folder that has the packages that the bundles import. */
const OUT = join(dirname(packageFolder('esbuild')), '.cache', 'resnet-bench');

/**
 * Builds into a folder that others may be reading, such as a page of another process, so that every file is always
 * complete: a changed file is renamed into place, and the entry, which names the others, comes last.
 */
async function bundle(outdir: string, entry: string, options: BuildOptions): Promise<void> {
  const { outputFiles } = await build({
    ...{ ...options, outdir, entryPoints: [join(ROOT, entry)] },
    ...{ bundle: true, splitting: true, format: 'esm', logLevel: 'error', write: false },
  });
  const isEntry = ({ path }: { path: string }) => parse(path).name === parse(entry).name;
  for (const { path, contents } of outputFiles.sort((a, b) => Number(isEntry(a)) - Number(isEntry(b)))) {
    const old = await readFile(path).catch(() => undefined);
    if (!old?.equals(contents)) await writeWhole(path, contents, 'since bundles are built into node_modules');
  }
}

/** Bundles a script for Node into a folder of this name, and returns the bundle's path. */
async function bundleInto(folder: string, path: string, plugins: Plugin[]): Promise<string> {
  const outdir = join(OUT, folder);
  await bundle(outdir, path, {
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    target: 'node20',
    packages: 'external',
    plugins,
  });
  return join(outdir, `${parse(path).name}.mjs`);
}

/** Bundles a script for Node, by its path in the project, and returns the bundle's path. */
export const bundleScript = (path: string): Promise<string> => bundleInto(parse(path).name, path, []);

const CHILD = 'suites/hosts/node/child.ts';

/** The folder of a bundle for other versions of packages. */
const folderFor = (name: string, { key }: PackageFolders): string => (key === '' ? name : `${name}-${key}`);

/** Bundles the Node child, so that a visit starts in milliseconds and without a TypeScript loader in its memory. */
export const bundleChild = (packages: PackageFolders): Promise<string> =>
  bundleInto(folderFor('child', packages), CHILD, [otherPackages(packages.folders, 'node')]);

/** Bundles the page for these packages, one chunk for each runtime, and returns the folder to serve. */
export async function bundlePage(packages: PackageFolders): Promise<string> {
  const outdir = join(OUT, folderFor('page', packages));
  await bundle(outdir, 'suites/hosts/browser/page.ts', {
    minify: true,
    platform: 'browser',
    target: 'es2022',
    // The wasm files are served unchanged. The inlined loaders would look for them beside the bundle.
    conditions: ['onnxruntime-web-use-extern-wasm'],
    plugins: [otherPackages(packages.folders, 'browser')],
  });
  return outdir;
}
