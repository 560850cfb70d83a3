import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  deadDependencies,
  notEsm,
  packageOf,
  type Rule,
  type Source,
  specifiers,
  tooLong,
  violations,
} from './imports.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

const NODE = /^node:/;
const ANYTHING = /^(?!scripts\/|test\/)/;
/** What runs in Node and in a page alike. */
const REFERENCE = /^reference\/(?!.*\.node\.ts$)/;
const REFERENCE_NODE = /^reference\/.*\.node\.ts$/;
const SUITES = /^suites\/(?:stats\/)?[^/]+\.ts$/;
const NEUTRAL = /^suites\/backends\/[^/.]+\.ts$/;
const BROWSER_PARTS = /^suites\/backends\/[^/.]+\.browser\.ts$/;
/** What the browsers' bindings share. */
const ADAPTER = /^suites\/backends\/(?:adapter|webgpu)\.browser\.ts$/;
/** What Node's bindings share. */
const NATIVE = /^suites\/backends\/features\.node\.ts$/;
const HOSTS = /^suites\/hosts\//;
const LEAVES =
  /^suites\/(?:(?:check|record|result|placement|header|limits|cell|query|scenarios|slope|stats)|stats\/[^/]+)\.ts$/;

/** Who may import whom: the first row that fits a file counts, so the particular ones come first. */
const RULES: readonly Rule[] = [
  { files: REFERENCE_NODE, may: [/^reference\//, NODE] },
  { files: /^reference\//, may: [REFERENCE] },
  // The registry is data: it names modules and imports none.
  { files: /^suites\/backends\/registry\.ts$/, may: [/^suites\/backend\.ts$/] },
  // A binding imports its one runtime.
  { files: /^suites\/backends\/ort\.node\.ts$/, may: [REFERENCE, SUITES, NEUTRAL, NATIVE, NODE, /^onnxruntime-node$/] },
  {
    files: /^suites\/backends\/ort\.browser\.ts$/,
    may: [REFERENCE, SUITES, NEUTRAL, ADAPTER, /^onnxruntime-web(\/|$)/],
  },
  {
    files: /^suites\/backends\/tfjs\.node\.ts$/,
    may: [REFERENCE, SUITES, NEUTRAL, NATIVE, NODE, /^@tensorflow\/tfjs-node(-gpu)?$/],
  },
  {
    files: /^suites\/backends\/tfjs\.browser\.ts$/,
    may: [REFERENCE, SUITES, NEUTRAL, ADAPTER, /^@tensorflow\/tfjs-(core|converter|backend-\w+)$/],
  },
  { files: /^suites\/backends\/[^/]+\.node\.ts$/, may: [REFERENCE, SUITES, NEUTRAL, NODE] },
  { files: BROWSER_PARTS, may: [REFERENCE, SUITES, NEUTRAL] },
  { files: /^suites\/backends\//, may: [REFERENCE, SUITES, NEUTRAL] },
  // Statistics are pure functions of numbers.
  { files: /^suites\/stats\//, may: [REFERENCE, /^suites\/stats\.ts$/, /^suites\/stats\//] },
  { files: SUITES, may: [REFERENCE, SUITES, NEUTRAL, /^zod$/, /^tinybench$/] },
  // The page and what it shares with the child know neither Node nor the other hosts.
  {
    files: /^suites\/hosts\/(page|fault|gpu-bytes|gpu-lost|compiles|wrap)\.ts$/,
    may: [
      REFERENCE,
      SUITES,
      NEUTRAL,
      BROWSER_PARTS,
      /^suites\/hosts\/(reply|fault|gpu-bytes|gpu-lost|compiles|wrap)\.ts$/,
    ],
  },
  { files: /^suites\/hosts\/reply\.ts$/, may: [REFERENCE, SUITES, NEUTRAL, /^suites\/hosts\/fault\.ts$/] },
  { files: HOSTS, may: [/^reference\//, /^suites\//, NODE, /^playwright$/, /^esbuild$/] },
  { files: /^reports\//, may: [REFERENCE, LEAVES, /^reports\//, /^@observablehq\/plot$/, /^linkedom$/] },
  // Nothing but itself and the tests imports what a person types.
  { files: /^scripts\//, may: [ANYTHING, /^scripts\//] },
  { files: /^test\//, may: [/./] },
];

const CAP = 250;
const TABLES = /(?:^|\/)table\.ts$|^reference\/golden\//;

/** The modules under the project's folders. */
function readSources(): Source[] {
  return ['reference', 'suites', 'reports', 'scripts', 'test']
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((p) => join(folder, p)),
    )
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.[cm]?[jt]sx?$/.test(path) && !path.startsWith('reports/out/'))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

type PackageJson = {
  scripts?: { [name: string]: string };
  dependencies?: { [name: string]: string };
  devDependencies?: { [name: string]: string };
  bin?: string | { [name: string]: string };
};

const readJson = <T>(path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as T;

/** The commands that an installed package brings. */
function binsOf(name: string): string[] {
  const path = `node_modules/${name}/package.json`;
  const bin = existsSync(join(ROOT, path)) ? readJson<PackageJson>(path).bin : undefined;
  return typeof bin === 'string' ? [packageOf(name)] : Object.keys(bin ?? {});
}

describe('the project', () => {
  const sources = readSources();

  it('imports along the rules', () => expect(violations(sources, RULES)).toEqual([]));
  it('keeps files short', () => expect(tooLong(sources, CAP, TABLES)).toEqual([]));
  it('is ES modules in TypeScript', () => expect(notEsm(sources)).toEqual([]));
  it('uses every dependency', () => {
    const { scripts, dependencies, devDependencies } = readJson<PackageJson>('package.json');
    const names = Object.keys({ ...dependencies, ...devDependencies });
    const manifest = {
      dependencies: names,
      scripts: Object.values(scripts ?? {}),
      bins: Object.fromEntries(names.map((name) => [name, binsOf(name)])),
      types: readJson<{ compilerOptions: { types: string[] } }>('tsconfig.json').compilerOptions.types,
    };
    // The tests do not keep a dependency alive, and the registry only names packages.
    const users = sources.filter(({ path }) => !/^test\/.*|registry\.ts$/.test(path));
    const config = { path: 'vitest.config.ts', text: readFileSync(join(ROOT, 'vitest.config.ts'), 'utf8') };
    expect(deadDependencies([...users, config], manifest)).toEqual([]);
  });
});

describe('the checker', () => {
  it('finds imports of every kind, and none in comments', () => {
    const text = [
      "import a, { type B } from 'one';",
      'import {',
      '  c,',
      "} from './two.ts';",
      "import type { D } from 'three';",
      "import 'four';",
      "export * from './five.ts';",
      "const six = await import('six');",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a module
      'const load = () => import(`../seven/${row.module}.node.ts`);',
      "const eight = require('eight/package.json');",
      "// import { x } from 'nine';",
      " * import('ten')",
      "export const text = 'from';",
    ].join('\n');
    const found = ['one', './two.ts', 'three', './five.ts', 'four', 'six', '../seven/*.node.ts', 'eight/package.json'];
    expect(specifiers(text)).toEqual(found);
  });

  it.each([
    ['reference/ops/conv.ts', 'node:fs'],
    ['reference/ops/conv.ts', 'zod'],
    ['reference/ops/conv.ts', '../../suites/record.ts'],
    ['reference/ops/conv.ts', '../weights/files.node.ts'],
    ['reference/weights/files.node.ts', 'playwright'],
    ['reference/weights/files.node.ts', '../../suites/record.ts'],
    ['suites/runner.ts', 'node:fs'],
    ['suites/runner.ts', 'onnxruntime-node'],
    ['suites/runner.ts', './hosts/node.ts'],
    ['suites/runner.ts', './backends/ort.node.ts'],
    ['suites/runner.ts', '../reference/weights/files.node.ts'],
    ['suites/runner.ts', '../reports/report.ts'],
    ['suites/stats/centre.ts', '../record.ts'],
    ['suites/backends/registry.ts', './ort.node.ts'],
    ['suites/backends/registry.ts', 'onnxruntime-node'],
    ['suites/backends/ort.ts', 'onnxruntime-web'],
    ['suites/backends/ort.ts', 'zod'],
    ['suites/backends/ort.ts', './ort.node.ts'],
    ['suites/backends/ort.node.ts', 'onnxruntime-web'],
    ['suites/backends/ort.node.ts', './tfjs.browser.ts'],
    ['suites/backends/ort.browser.ts', 'node:fs'],
    ['suites/backends/ort.browser.ts', './tfjs.browser.ts'],
    ['suites/backends/ort.browser.ts', '@tensorflow/tfjs-core'],
    ['suites/backends/tfjs.node.ts', '@tensorflow/tfjs-core'],
    ['suites/backends/tfjs.browser.ts', '@tensorflow/tfjs-node'],
    ['suites/backends/null.node.ts', 'onnxruntime-node'],
    ['suites/backends/adapter.browser.ts', 'onnxruntime-web'],
    ['suites/hosts/page.ts', 'node:fs'],
    ['suites/hosts/page.ts', '../backends/*.node.ts'],
    ['suites/hosts/page.ts', './browser.ts'],
    ['suites/hosts/reply.ts', 'playwright'],
    ['suites/hosts/node.ts', 'onnxruntime-node'],
    ['suites/hosts/node.ts', '../../reports/report.ts'],
    ['suites/hosts/node.ts', '../../scripts/cli.ts'],
    ['reports/table.ts', 'node:fs'],
    ['reports/table.ts', '../suites/runner.ts'],
    ['reports/table.ts', '../suites/backends/registry.ts'],
    ['reports/table.ts', '../scripts/cli.ts'],
    ['reports/table.ts', 'zod'],
    ['scripts/cli.ts', '../test/setup.ts'],
  ])('forbids %s to import %s', (path, specifier) => {
    const found = violations([{ path, text: `import type { X } from '${specifier}';` }], RULES);
    expect(found).toEqual([expect.stringMatching(`^${path} may not import `)]);
  });

  it.each([
    ['reference/weights/files.node.ts', 'node:fs'],
    ['suites/record.ts', 'zod'],
    ['suites/sampler.ts', 'tinybench'],
    ['suites/backends/ort.browser.ts', 'onnxruntime-web/webgpu'],
    ['suites/hosts/child.ts', '../backends/*.node.ts'],
    ['suites/hosts/page.ts', '../backends/*.browser.ts'],
    ['reports/html/chart.ts', '../../suites/stats.ts'],
    ['reports/measure.ts', '../suites/stats/centre.ts'],
    ['scripts/cli.ts', 'commander'],
    ['test/scripts/cli.test.ts', '../../scripts/cli.ts'],
  ])('allows %s to import %s', (path, specifier) => {
    expect(violations([{ path, text: `import { x } from '${specifier}';` }], RULES)).toEqual([]);
  });

  it('wants a row for every file', () => {
    expect(violations([{ path: 'src/new.ts', text: '' }], RULES)).toEqual([
      'src/new.ts is in no row of the import rules',
    ]);
  });

  it('finds long files, but not tables', () => {
    const text = 'x;\n'.repeat(251);
    const sources = ['suites/a.ts', 'reference/models/table.ts'].map((path) => ({ path, text }));
    expect(tooLong(sources, CAP, TABLES)).toEqual(['suites/a.ts has 251 lines, 1 too many']);
    expect(tooLong([{ path: 'suites/a.ts', text: 'x;\n'.repeat(250) }], CAP, TABLES)).toEqual([]);
  });

  it('finds what is no ES module', () => {
    const sources = [
      { path: 'suites/a.cjs', text: '' },
      { path: 'suites/b.ts', text: 'module.exports = {};' },
      { path: 'suites/c.ts', text: "import { d } from './d';" },
    ];
    expect(notEsm(sources)).toHaveLength(3);
  });

  it('finds dead dependencies', () => {
    const manifest = {
      dependencies: ['used', '@scope/used', 'by-name', 'tool', 'dead', '@types/node', '@types/used', '@types/dead'],
      scripts: ['tooling run'],
      bins: { tool: ['tooling'], dead: ['zombie'] },
      types: ['node'],
    };
    const text = "import 'used';\nimport { x } from '@scope/used/deep.js';\nconst x = require(pick('by-name'));";
    const list = { path: 'b.ts', text: "const versions = ['dead'];" };
    expect(deadDependencies([{ path: 'a.ts', text }, list], manifest)).toEqual(['dead', '@types/dead']);
  });
});
