import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { writeWhole } from '../../reference/write.node.ts';

/** A folder and its parents, the nearest first. */
const upwards = (folder: string): string[] =>
  dirname(folder) === folder ? [folder] : [folder, ...upwards(dirname(folder))];

/** This package's folder, found upwards from this file or from the built one. */
export const ROOT = upwards(dirname(fileURLToPath(import.meta.url))).find((folder) =>
  existsSync(join(folder, 'package.json')),
) as string;

/**
 * The folder of an installed package: in this package's `node_modules`, or in the one where this package is installed.
 */
export const packageFolder = (name: string): string =>
  upwards(ROOT)
    .map((folder) => join(folder, 'node_modules', name))
    .find((folder) => existsSync(folder)) ?? join(ROOT, 'node_modules', name);

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

/** Bundles a script for Node, by its path in the project, and returns the bundle's path. */
export async function bundleScript(path: string): Promise<string> {
  const { name } = parse(path);
  const outdir = join(OUT, name);
  await bundle(outdir, path, {
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    target: 'node20',
    packages: 'external',
  });
  return join(outdir, `${name}.mjs`);
}

/** Bundles the Node child, so that a visit starts in milliseconds and without a TypeScript loader in its memory. */
export const bundleChild = (): Promise<string> => bundleScript('suites/hosts/node/child.ts');

/** Bundles the page, one chunk for each runtime, and returns the folder to serve. */
export async function bundlePage(): Promise<string> {
  const outdir = join(OUT, 'page');
  await bundle(outdir, 'suites/hosts/browser/page.ts', {
    minify: true,
    platform: 'browser',
    target: 'es2022',
    // The wasm files are served unchanged. The inlined loaders would look for them beside the bundle.
    conditions: ['onnxruntime-web-use-extern-wasm'],
  });
  return outdir;
}
