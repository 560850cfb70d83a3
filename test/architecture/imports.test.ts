import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cruiseAll } from './cruise.ts';
import { COMPUTED, IMPORTS } from './rules.ts';
import { ROOT } from './sources.ts';

const FOLDERS = ['reference', 'suites', 'reports', 'scripts', 'test'];

describe('the project', { timeout: 60_000 }, () => {
  let found: Awaited<ReturnType<typeof cruiseAll>>;
  beforeAll(async () => {
    found = await cruiseAll(ROOT, FOLDERS, IMPORTS);
  });
  const ours = () => found.modules.filter(({ source }) => FOLDERS.includes(source.split('/')[0] ?? ''));

  it('imports along the rules', () => expect(found.violations).toEqual([]));

  it('has a row for every file', () => {
    const without = ours().filter(({ source }) => !IMPORTS.some(({ files }) => new RegExp(files).test(source)));
    expect(without.map(({ source }) => source)).toEqual([]);
  });

  it('resolves every import', () => {
    const unresolved = found.modules.flatMap(({ source, dependencies }) =>
      dependencies.filter((to) => to.couldNotResolve).map((to) => `${source}: ${to.module}`),
    );
    expect(unresolved).toEqual([]);
  });

  it('computes the names of a few imports only', () => {
    const computed = ours().flatMap(({ source }) => {
      // A repro is the text of a script.
      if (/^test\/|\.(?:json|repro\.ts)$/.test(source)) return [];
      const text = readFileSync(join(ROOT, source), 'utf8');
      return [...text.matchAll(/\bimport\(\s*(?!')`?([^)`]*)/g)].map(([, name]) => [source, name]);
    });
    expect(computed.sort()).toEqual(COMPUTED);
  });
});

const FORBIDDEN: readonly (readonly [path: string, specifier: string])[] = [
  ['reference/ops/conv.ts', 'node:fs'],
  ['reference/ops/conv.ts', 'zod'],
  ['reference/ops/conv.ts', '../../suites/record/record.ts'],
  ['reference/ops/conv.ts', '../weights/files.node.ts'],
  ['reference/weights/checkpoint-files.node.ts', 'playwright'],
  ['reference/weights/checkpoint-files.node.ts', 'tar-stream'],
  ['reference/weights/checkpoint-files.node.ts', '../../suites/record/record.ts'],
  ['suites/engine/runner.ts', 'onnxruntime-node'],
  ['suites/engine/runner.ts', '../../reports/html.ts'],
  ['suites/engine/runner.ts', '../../scripts/cli.ts'],
  ['suites/engine/runner.ts', '../latency/figures.ts'],
  ['suites/stats/centre.ts', '../record/record.ts'],
  ['suites/record/record.ts', '../latency/schema.ts'],
  ['suites/contract/suite.ts', '../suites.ts'],
  ['suites/contract/suite.ts', '../plan/cell.ts'],
  ['suites/plan/cell.ts', 'node:fs'],
  ['suites/latency/figures.ts', '../memory/figures.ts'],
  ['suites/latency/figures.ts', '../suites.ts'],
  ['suites/latency/figures.ts', '../engine/runner.ts'],
  ['suites/suites.ts', './latency/run.ts'],
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
  ['suites/hosts/browser/page.ts', '../../backends/ort.node.ts'],
  ['suites/hosts/browser/page.ts', './browser.ts'],
  ['suites/hosts/reply.ts', 'playwright'],
  ['suites/hosts/node/node.ts', 'onnxruntime-node'],
  ['suites/hosts/node/node.ts', '../../latency/run.ts'],
  ['suites/hosts/node/node.ts', '../../../reports/report.ts'],
  ['suites/hosts/node/node.ts', '../../../scripts/cli.ts'],
  ['suites/index.ts', '../scripts/cli.ts'],
  ['reports/table/table.ts', 'node:fs'],
  ['reports/table/table.ts', '../../suites/engine/runner.ts'],
  ['reports/table/table.ts', '../../suites/backends/backends.ts'],
  ['reports/table/table.ts', '../../suites/latency/run.ts'],
  ['reports/table/table.ts', '../../scripts/cli.ts'],
  ['reports/table/table.ts', 'zod'],
  ['scripts/cli.ts', '../test/setup.ts'],
];

const ALLOWED: readonly (readonly [path: string, specifier: string])[] = [
  ['reference/weights/checkpoint-files.node.ts', 'node:fs'],
  ['reference/datasets/tar.node.ts', 'tar-stream'],
  ['suites/record/record.ts', 'zod'],
  ['suites/contract/sampler.ts', 'tinybench'],
  ['suites/latency/figures.ts', './schema.ts'],
  ['suites/suites.ts', './latency/suite.ts'],
  ['suites/engine/run-header.ts', '../suites.ts'],
  ['suites/backends/ort.browser.ts', 'onnxruntime-web/webgpu'],
  ['reports/html/kit/chart.ts', '../../../suites/stats/quantiles.ts'],
  ['reports/table/lookup.ts', '../../suites/latency/figures.ts'],
  ['scripts/report.ts', 'commander'],
  ['test/scripts/cli.test.ts', '../../scripts/cli.ts'],
];

describe('a rule', { timeout: 60_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'resnet-imports-'));
  let violations: readonly string[] = [];

  beforeAll(async () => {
    const texts = new Map<string, string>();
    const add = (path: string, line: string) => texts.set(path, `${texts.get(path) ?? ''}${line}\n`);
    for (const [path, specifier] of [...FORBIDDEN, ...ALLOWED]) {
      add(path, `import type { X } from '${specifier}';`);
      if (specifier.startsWith('.')) add(posix.join(posix.dirname(path), specifier), '');
    }
    for (const [path, text] of texts) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    violations = (await cruiseAll(root, FOLDERS, IMPORTS)).violations;
  });
  afterAll(() => rmSync(root, { recursive: true }));

  const line = (path: string, specifier: string) => {
    const to = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier.replace(/^node:/, '');
    return `${path} may not import ${to}`;
  };
  it.each(FORBIDDEN)('forbids %s to import %s', (path, specifier) =>
    expect(violations).toContain(line(path, specifier)),
  );
  it.each(ALLOWED)('allows %s to import %s', (path, specifier) =>
    expect(violations).not.toContain(line(path, specifier)),
  );
});
