import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The project's root folder. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const OUT = join(ROOT, 'node_modules', '.cache', 'resnet-bench');

/** Bundles the Node child, so that a visit starts in milliseconds and without a TypeScript loader in its memory. */
export async function bundleChild(): Promise<string> {
  const outdir = join(OUT, 'child');
  await mkdir(outdir, { recursive: true });
  await build({
    entryPoints: [join(ROOT, 'suites/hosts/child.ts')],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  return join(outdir, 'child.mjs');
}

/** Bundles the page, one chunk for each runtime, and returns the folder to serve. */
export async function bundlePage(): Promise<string> {
  const outdir = join(OUT, 'page');
  await mkdir(outdir, { recursive: true });
  await build({
    entryPoints: [join(ROOT, 'suites/hosts/page.ts')],
    outdir,
    bundle: true,
    splitting: true,
    minify: true,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    // The wasm files are served as they are, instead of inlined loaders that look for them beside the bundle.
    conditions: ['onnxruntime-web-use-extern-wasm'],
    logLevel: 'error',
  });
  return outdir;
}
