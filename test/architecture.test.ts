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
const SPOKEN = /^suites\/(?:contract|record|plan|stats)\//;
const TABLE = /^suites\/(?:suites|result)\.ts$/;
const NEUTRAL = /^suites\/backends\/[^/.]+\.ts$/;
const BROWSER_PARTS = /^suites\/backends\/[^/.]+\.browser\.ts$/;
/** What the browsers' bindings share. */
const ADAPTER = /^suites\/backends\/(?:adapter|webgpu)\.browser\.ts$/;
/** What Node's bindings share. */
const NATIVE = /^suites\/backends\/features\.node\.ts$/;
const INSTRUMENTS = /^suites\/hosts\/(?:instruments\/(?:gpu-bytes|gpu-lost|compiles|wrap)|reply|fault)\.ts$/;
const FOLDERS = 'accuracy|compliance|conformance|latency|layers|leak|locate|memory|roofline|startup|transfer';
const SUITES = new RegExp(`^suites/(?:${FOLDERS})/`);
const FIGURES = new RegExp(`^suites/(?:${FOLDERS})/figures\\.ts$`);

/** Who may import whom: the first row that fits a file counts, so the particular ones come first. */
const RULES: readonly Rule[] = [
  { files: REFERENCE_NODE, may: [/^reference\//, NODE, /^tar-stream$/] },
  { files: /^reference\//, may: [REFERENCE] },
  // The registry is data: it names modules and imports none.
  { files: /^suites\/backends\/backends\.ts$/, may: [/^suites\/contract\/backend\.ts$/] },
  // A binding imports its one runtime.
  { files: /^suites\/backends\/ort\.node\.ts$/, may: [REFERENCE, SPOKEN, NEUTRAL, NATIVE, NODE, /^onnxruntime-node$/] },
  {
    files: /^suites\/backends\/ort\.browser\.ts$/,
    may: [REFERENCE, SPOKEN, NEUTRAL, ADAPTER, /^onnxruntime-web(\/|$)/],
  },
  {
    files: /^suites\/backends\/tfjs\.node\.ts$/,
    may: [REFERENCE, SPOKEN, NEUTRAL, NATIVE, NODE, /^@tensorflow\/tfjs-node(-gpu)?$/],
  },
  {
    files: /^suites\/backends\/tfjs\.browser\.ts$/,
    may: [REFERENCE, SPOKEN, NEUTRAL, ADAPTER, /^@tensorflow\/tfjs-(core|converter|backend-\w+)$/],
  },
  { files: /^suites\/backends\/[^/]+\.node\.ts$/, may: [REFERENCE, SPOKEN, NEUTRAL, NODE] },
  { files: BROWSER_PARTS, may: [REFERENCE, SPOKEN, NEUTRAL] },
  { files: /^suites\/backends\//, may: [REFERENCE, SPOKEN, NEUTRAL] },
  // Statistics are pure functions of numbers.
  { files: /^suites\/stats\//, may: [REFERENCE, /^suites\/stats\//] },
  { files: /^suites\/(?:plan\/own|locate\/(?:prober|repro))\.ts$/, may: [/^reference\//, /^suites\//, NODE] },
  { files: SPOKEN, may: [REFERENCE, SPOKEN, TABLE, SUITES, NEUTRAL, /^zod$/, /^tinybench$/] },
  { files: TABLE, may: [REFERENCE, SPOKEN, SUITES, TABLE, /^zod$/] },
  { files: SUITES, may: [REFERENCE, SPOKEN, SUITES, TABLE, NEUTRAL, /^zod$/] },
  { files: /^suites\/engine\//, may: [/^reference\//, /^suites\//, NODE] },
  // The typed API gives what the engine and the reports can do.
  { files: /^suites\/index\.ts$/, may: [/^suites\//, /^reports\/(?:compare\/compare|table\/table)\.ts$/] },
  // The page and what it shares with the child know neither Node nor the other hosts.
  {
    files: /^suites\/hosts\/(?:browser\/page|instruments\/(?:gpu-bytes|gpu-lost|compiles|wrap)|fault|reply)\.ts$/,
    may: [REFERENCE, SPOKEN, TABLE, SUITES, /^suites\/\*\/run\.ts$/, NEUTRAL, BROWSER_PARTS, INSTRUMENTS],
  },
  { files: /^suites\/hosts\//, may: [/^reference\//, /^suites\//, NODE, /^playwright$/, /^esbuild$/] },
  {
    files: /^reports\//,
    may: [REFERENCE, SPOKEN, TABLE, FIGURES, /^reports\//, /^@observablehq\/plot$/, /^linkedom$/],
  },
  // Nothing but itself and the tests imports what a person types.
  { files: /^scripts\//, may: [ANYTHING, /^scripts\//] },
  { files: /^test\//, may: [/./] },
];

const CAP = 250;
const TABLES =
  /^(?:reference\/(?:models\/models|weights\/checkpoints)|suites\/(?:suites|backends\/backends))\.ts$|^reference\/golden\//;

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
    const users = sources.filter(({ path }) => !/^test\/(?!vitest\.config).*|backends\/backends\.ts$/.test(path));
    expect(deadDependencies(users, manifest)).toEqual([]);
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
    ['reference/ops/conv.ts', '../../suites/record/record.ts'],
    ['reference/ops/conv.ts', '../weights/files.node.ts'],
    ['reference/weights/files.node.ts', 'playwright'],
    ['reference/weights/files.node.ts', '../../suites/record/record.ts'],
    ['suites/engine/runner.ts', 'onnxruntime-node'],
    ['suites/engine/runner.ts', '../../reports/html.ts'],
    ['suites/engine/runner.ts', '../../scripts/cli.ts'],
    ['suites/engine/runner.ts', '../../reports/report.ts'],
    ['suites/engine/resume.ts', 'commander'],
    ['suites/index.ts', '../reports/report.ts'],
    ['suites/stats/centre.ts', '../record/record.ts'],
    ['suites/backends/backends.ts', './ort.node.ts'],
    ['suites/backends/backends.ts', 'onnxruntime-node'],
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
    ['suites/hosts/browser/page.ts', 'node:fs'],
    ['suites/hosts/browser/page.ts', '../../backends/*.node.ts'],
    ['suites/hosts/browser/page.ts', './browser.ts'],
    ['suites/hosts/reply.ts', 'playwright'],
    ['suites/hosts/node/node.ts', 'onnxruntime-node'],
    ['suites/hosts/node/node.ts', '../../../reports/report.ts'],
    ['suites/hosts/node/node.ts', '../../../scripts/cli.ts'],
    ['reports/table/table.ts', 'node:fs'],
    ['reports/table/table.ts', '../../suites/engine/runner.ts'],
    ['reports/table/table.ts', '../../suites/backends/backends.ts'],
    ['reports/table/table.ts', '../../scripts/cli.ts'],
    ['reports/table/table.ts', 'zod'],
    ['scripts/cli.ts', '../test/setup.ts'],
  ])('forbids %s to import %s', (path, specifier) => {
    const found = violations([{ path, text: `import type { X } from '${specifier}';` }], RULES);
    expect(found).toEqual([expect.stringMatching(`^${path} may not import `)]);
  });

  it.each([
    ['reference/weights/files.node.ts', 'node:fs'],
    ['suites/record/record.ts', 'zod'],
    ['suites/contract/sampler.ts', 'tinybench'],
    ['suites/backends/ort.browser.ts', 'onnxruntime-web/webgpu'],
    ['suites/hosts/node/child.ts', '../../backends/*.node.ts'],
    ['suites/hosts/browser/page.ts', '../../backends/*.browser.ts'],
    ['reports/html/kit/chart.ts', '../../../suites/stats/quantiles.ts'],
    ['reports/table/measure.ts', '../../suites/stats/centre.ts'],
    ['scripts/cli.ts', 'commander'],
    ['test/scripts/cli.test.ts', '../../scripts/cli.ts'],
  ])('allows %s to import %s', (path, specifier) => {
    expect(violations([{ path, text: `import { x } from '${specifier}';` }], RULES)).toEqual([]);
  });

  it('wants a row for every file', () => {
    const found = violations([{ path: 'src/new.ts', text: '' }], RULES);
    expect(found).toEqual(['src/new.ts is in no row of the import rules']);
  });

  it('finds long files, but not tables', () => {
    const text = 'x;\n'.repeat(251);
    const sources = ['suites/a.ts', 'reference/models/models.ts'].map((path) => ({ path, text }));
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
