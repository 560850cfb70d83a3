import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { packageRoot } from '../../reference/package-root.node.ts';

const CLIENT = join(packageRoot(), 'reports/html/client');

const texts = new Map<string, string>();

/**
/** A page's script: of a run, of a night, of what only has tables, of feature maps. */
type Entry = 'page.ts' | 'night.ts' | 'tables.ts' | 'maps.ts';

/**
 * A page's script as one text. It contains no runtime: what a suite runs stays out, as do the schemas, since a run file is
 * checked before it becomes a page.
 */
export function scriptText(entry: Entry): string {
  const known = texts.get(entry);
  if (known !== undefined) return known;
  const { outputFiles } = buildSync({
    entryPoints: [join(CLIENT, entry)],
    ...{ bundle: true, minify: true, write: false, format: 'iife', platform: 'browser', target: 'es2022' },
    logLevel: 'error',
    legalComments: 'none',
    alias: { zod: join(CLIENT, 'no-schemas.ts'), linkedom: join(CLIENT, 'own-document.ts') },
    external: ['./run.ts'],
    supported: { 'dynamic-import': false },
  });
  const text = outputFiles[0]?.text.trim() ?? '';
  texts.set(entry, text);
  return text;
}
