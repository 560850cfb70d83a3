import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../reference/package-root.node.ts';

const CLIENT = join(packageRoot(), 'reports/html/client');

/** Bytes of a script, at most. */
const MOST_BYTES = 2 ** 26;

/** What the process runs that bundles: esbuild, with the options in JSON that it is given. */
const BUNDLE = `import { build } from 'esbuild';
const { outputFiles } = await build(JSON.parse(process.argv[1]));
process.stdout.write(outputFiles[0].text);`;

const texts = new Map<string, string>();

/** A page's script: of a run, of a night, of what only has tables, of feature maps. */
type Entry = 'page.ts' | 'night.ts' | 'tables.ts' | 'maps.ts';

/**
 * A page's script as one text. It contains no runtime: what a suite runs stays out, as do the schemas, since a run file is
 * checked before it becomes a page. It is bundled in a process of its own, without this one's NODE_OPTIONS: esbuild's own way
 * to wait is for a thread, which would load what they name, and that may need the thread that waits.
 */
export function scriptText(entry: Entry): string {
  const known = texts.get(entry);
  if (known !== undefined) return known;
  const options = {
    entryPoints: [join(CLIENT, entry)],
    ...{ bundle: true, minify: true, write: false, format: 'iife', platform: 'browser', target: 'es2022' },
    logLevel: 'error',
    legalComments: 'none',
    alias: { zod: join(CLIENT, 'no-schemas.ts'), linkedom: join(CLIENT, 'own-document.ts') },
    external: ['./run.ts'],
    supported: { 'dynamic-import': false },
  };
  const text = execFileSync(process.execPath, ['--input-type=module', '-e', BUNDLE, JSON.stringify(options)], {
    cwd: packageRoot(),
    env: { ...process.env, NODE_OPTIONS: '' },
    encoding: 'utf8',
    maxBuffer: MOST_BYTES,
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
  texts.set(entry, text);
  return text;
}
