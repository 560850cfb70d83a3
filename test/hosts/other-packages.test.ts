import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, expect, it } from 'vitest';
import { NO_BUILD, otherPackages } from '../../suites/hosts/other-packages.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-packages-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a package that exports a main file and one build, and has one that it does not export. */
function writePackage(name: string): string {
  const root = join(folder, 'node_modules', name);
  mkdirSync(join(root, 'dist'), { recursive: true });
  const exports = { '.': './dist/ort.min.js', './webgpu': './dist/ort.webgpu.min.js' };
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name, version: '1.0.0', type: 'module', exports }));
  for (const file of ['ort.min.js', 'ort.webgpu.min.js', 'ort.custom.min.js'])
    writeFileSync(join(root, 'dist', file), `export const from = '${file}';\n`);
  return root;
}

const NAME = 'onnxruntime-web';
const folders = new Map([[NAME, writePackage(NAME)]]);

/** What a bundle for a platform gets of an import. */
async function imported(specifier: string, platform: 'node' | 'browser'): Promise<unknown> {
  const contents = `export const got = () => import(${JSON.stringify(specifier)});`;
  const { outputFiles } = await build({
    ...{ stdin: { contents, resolveDir: import.meta.dirname }, platform, bundle: true, format: 'esm', write: false },
    ...(platform === 'node' ? { packages: 'external' } : {}),
    plugins: [otherPackages(folders, platform)],
  });
  const path = join(folder, `${platform}-${specifier.replace('/', '-')}.mjs`);
  writeFileSync(path, outputFiles?.[0]?.contents ?? '');
  const { got } = (await import(pathToFileURL(path).href)) as { got(): Promise<{ from: unknown }> };
  return (await got()).from;
}

it.each(['node', 'browser'] as const)('a bundle for %s gets other versions of packages', async (platform) => {
  expect(await imported(NAME, platform)).toBe('ort.min.js');
  expect(await imported(`${NAME}/webgpu`, platform)).toBe('ort.webgpu.min.js');
});

it('a page gets builds that a version has but does not export, and those that it had in its main one', async () => {
  expect(await imported(`${NAME}/custom`, 'browser')).toBe('ort.custom.min.js');
  expect(await imported(`${NAME}/webgl`, 'browser')).toBe('ort.min.js');
});

it.each(['node', 'browser'] as const)(
  'a build that a version does not have fails when it is imported, in %s',
  (platform) => expect(imported(`${NAME}/all`, platform)).rejects.toThrow(`${NO_BUILD} '${NAME}/all'`),
);
