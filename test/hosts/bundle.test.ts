import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { bundleChild, bundlePage, OWN_PACKAGES } from '../../suites/hosts/bundle.ts';

/** Text that only the engine's scheduling has, also where it was minified. */
const ENGINE = 'no visit fits into the ';

/** The chunks of a bundle that its entry reaches: those of earlier builds lie beside them. */
function chunksOf(entry: string): Map<string, string> {
  const chunks = new Map<string, string>();
  const take = (name: string) => {
    if (chunks.has(name)) return;
    const text = readFileSync(join(dirname(entry), name), 'utf8');
    chunks.set(name, text);
    for (const [, next = ''] of text.matchAll(/["']\.\/([\w-]+(?:\.\w+)*\.m?js)["']/g)) take(next);
  };
  take(basename(entry));
  return chunks;
}

// Suites and backends are imported by a pattern of paths, which takes in whatever else has such a path.
it('bundles nothing of the engine for a child or a page', async () => {
  for (const entry of [await bundleChild(OWN_PACKAGES), join(await bundlePage(OWN_PACKAGES), 'page.js')]) {
    const chunks = chunksOf(entry);
    expect(chunks.size).toBeGreaterThan(5);
    expect([...chunks].filter(([, text]) => text.includes(ENGINE)).map(([name]) => name)).toEqual([]);
  }
});
