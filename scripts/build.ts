import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../suites/hosts/bundle.ts';

/**
 * `npm run build`: writes what package.json exports to dist/, as JavaScript and types, since Node runs no TypeScript
 * from installed packages. The child and the page are bundled from their sources when a run needs them, as in a
 * checkout, with the runtimes that are installed there.
 */
const DIST = join(ROOT, 'dist');
rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST);

await build({
  entryPoints: {
    index: join(ROOT, 'suites', 'index.ts'),
    // What decodes images, in processes of its own.
    'decode-worker': join(ROOT, 'reference', 'datasets', 'decode-worker.node.ts'),
  },
  outdir: DIST,
  bundle: true,
  packages: 'external',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
});

// Includes the page's declarations of what the host calls.
const config = join(DIST, 'tsconfig.json');
const compilerOptions = { noEmit: false, declaration: true, emitDeclarationOnly: true, outDir: 'types', rootDir: '..' };
writeFileSync(
  config,
  JSON.stringify({
    extends: '../tsconfig.json',
    compilerOptions,
    include: ['../suites/index.ts', '../suites/hosts/browser/page.ts'],
  }),
);
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [tsc, '--project', config], { stdio: 'inherit' });
rmSync(config);
process.exitCode = status ?? 2;
