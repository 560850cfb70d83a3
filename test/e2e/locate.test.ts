import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import { FLOAT32 } from '../../reference/judge/bounds.ts';
import { buildModel, findModel } from '../../reference/models/models.ts';
import { seededTensor, seededWeights } from '../../reference/weights/seeded.ts';
import { findBackend } from '../../suites/backends/backends.ts';
import { locateCase } from '../../suites/engine/locate-cell.ts';
import { cookieOf } from '../../suites/hosts/browser/gate.ts';
import { browserFlags } from '../../suites/hosts/browser/launch.ts';
import { serve } from '../../suites/hosts/browser/server.ts';
import { ROOT } from '../../suites/hosts/bundle.ts';
import { lifetime } from '../../suites/hosts/lifetime.ts';
import type { Failure } from '../../suites/locate/locate.ts';
import { writeRepro } from '../../suites/locate/repro.ts';
import { needBrowser } from '../browser.ts';
import { judgeElements } from '../reference/elements.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-locate-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const version = (name: string) => {
  const path = join(ROOT, 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
};

/** The output of a repro's page, with this project's packages instead of the public address. */
async function open(path: string, test: TestContext): Promise<string> {
  const names = [
    'onnxruntime-web',
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs-converter',
    '@tensorflow/tfjs-backend-wasm',
    '@tensorflow/tfjs-backend-cpu',
  ];
  const packages = Object.fromEntries(
    names.map((name) => [`/cdn/${name}@${version(name)}/`, join(ROOT, 'node_modules', name)]),
  );
  const server = await serve({ ...packages, '/repro/': dirname(path) });
  const browser = await chromium.launch({ executablePath: needBrowser(test).path, args: browserFlags() });
  try {
    const context = await browser.newContext();
    await context.addCookies([cookieOf(server)]);
    const page = await context.newPage();
    await page.goto(`${server.origin}/repro/index.html?base=${server.origin}/cdn/`);
    await page.waitForFunction(() => document.querySelector('#verdict')?.textContent !== 'running…');
    return (await page.textContent('#verdict')) ?? '';
  } finally {
    await browser.close();
    await server.close();
  }
}

const SLOW = { timeout: 180_000 };

describe('locating in a real runtime', SLOW, () => {
  // A real defect of onnxruntime-web 1.30, see suites/backends/README.md.
  it('names the first wrong node of ONNX Runtime’s WebGL build, shrinks it, and shows it without this project', async (context) => {
    const browser = needBrowser(context);
    const finding = await locateCase('conformance:resnet18.seed0:fp32:b1:32:ort-web/webgl', {
      files: [],
      browser: browser.path,
      out: folder,
      lifetime: lifetime(),
      log: () => {},
    });
    if (!('located' in finding)) throw new Error('nothing was found');
    expect(finding.located.node).toMatchObject({ name: 'layer1.0.conv2', op: 'Conv' });
    expect(finding.located.smallest.graph.nodes.map((node) => node.op)).toEqual(['Conv', 'Relu', 'Conv']);
    expect(finding.located.smallest.input.data.length).toBeLessThanOrEqual(64);
    expect(await open(finding.repro, context)).toMatch(/^DEFECT/);
  });

  it('finds nothing where nothing is wrong', async (context) => {
    const browser = needBrowser(context);
    for (const backend of ['ort-node/cpu', 'tfjs/wasm'])
      expect(
        await locateCase(`conformance:resnet20.seed0:fp32:b1:32:${backend}`, {
          files: [],
          browser: browser.path,
          out: folder,
          lifetime: lifetime(),
          log: () => {},
        }),
      ).not.toHaveProperty('located');
  });
});

describe('a repro of a runtime that is right says so', SLOW, () => {
  const model = findModel('resnet20');
  if (model === undefined) throw new Error('no resnet20');
  const graph = buildModel(model);
  const input = seededTensor(0, 1, 3, 32);
  const verdict = judgeElements([2], [0], [1]);
  const failure: Failure = { graph, weights: seededWeights(graph, 0), input, arithmetic: FLOAT32, verdict };

  const write = (backend: string, name: string) => {
    const row = findBackend(backend);
    if (row === undefined) throw new Error(backend);
    return writeRepro(join(folder, backend.replace('/', '-')), failure, row, version(name));
  };

  for (const [backend, name] of [
    ['ort-web/wasm', 'onnxruntime-web'],
    ['tfjs/wasm', '@tensorflow/tfjs-core'],
    ['tfjs/cpu', '@tensorflow/tfjs-core'],
  ] as const)
    it(backend, async (context) => expect(await open(await write(backend, name), context)).toMatch(/^right/));

  it('ort-node/cpu', async () => {
    // Inside the project, so that the script finds its package as a user's would.
    const script = join(ROOT, 'node_modules', '.cache', 'repro-test.mjs');
    mkdirSync(dirname(script), { recursive: true });
    copyFileSync(await write('ort-node/cpu', 'onnxruntime-node'), script);
    expect(execFileSync(process.execPath, [script], { encoding: 'utf8' })).toMatch(/^right/);
  });
});
