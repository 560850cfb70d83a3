import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { evaluate } from '../../reference/evaluate.ts';
import { FLOAT32 } from '../../reference/judge/bounds.ts';
import { buildModel, findModel } from '../../reference/models/models.ts';
import { seededTensor, seededWeights } from '../../reference/weights/seeded.ts';
import { findBackend } from '../../suites/backends/backends.ts';
import { locateCase } from '../../suites/engine/locate-cell.ts';
import { OWN_PACKAGES, ROOT } from '../../suites/hosts/bundle.ts';
import { lifetime } from '../../suites/hosts/lifetime.ts';
import { writeRepro } from '../../suites/locate/repro.ts';
import { rerun, stands } from '../../suites/locate/rerun.ts';
import type { Failure } from '../../suites/locate/suspect.ts';
import { needBrowser } from '../browser.ts';
import { judgeElements } from '../reference/elements.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-locate-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const version = (name: string) => {
  const path = join(ROOT, 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
};

const SLOW = { timeout: 600_000 };

describe('locating in a real runtime', SLOW, () => {
  // A real defect of onnxruntime-web 1.30, see suites/backends/README.md.
  it('names the first wrong node of ONNX Runtime’s WebGL build, shrinks it, and shows it without this project', async (context) => {
    const browser = needBrowser(context);
    const finding = await locateCase('conformance:resnet18.seed0:fp32:b1:32:ort-web/webgl', {
      files: [],
      tap: 'layer2',
      browser: browser.path,
      packages: OWN_PACKAGES,
      out: folder,
      lifetime: lifetime(),
      log: () => {},
    });
    if (finding.located === undefined) throw new Error('nothing was found');
    expect(finding.bench.length).toBeGreaterThan(0);
    expect(finding.doubt).toBeUndefined();
    expect(finding.located.node).toMatchObject({ name: 'layer1.0.conv2', op: 'Conv' });
    expect(finding.located.smallest.graph.nodes.map((node) => node.op)).toEqual(['Conv', 'Relu', 'Conv']);
    expect(finding.located.smallest.input.data.length).toBeLessThanOrEqual(64);
    expect(finding.located.proved).toBe(true);
    expect(stands(finding.repro?.alone ?? { reason: '' })).toBe(true);
    const [first, tap, ...others] = finding.compared;
    expect(others).toEqual([]);
    expect(first).toMatchObject({ name: 'layer1.0.conv2', op: 'Conv', reference: { shape: [1, 64, 8, 8] } });
    expect(first?.output).toHaveLength(64 * 8 * 8);
    // The defect fuses a ReLU that is not there.
    expect(Math.min(...(first?.reference.data ?? []))).toBeLessThan(0);
    expect(Math.min(...Array.from(first?.output ?? []))).toBe(0);
    expect(tap).toMatchObject({ name: 'layer2', op: 'Relu', reference: { shape: [1, 128, 4, 4] } });
  });

  it('refuses a tap that the network does not have, and names those that it has', async (context) => {
    const { path } = needBrowser(context);
    const found = locateCase('conformance:resnet20.seed0:fp32:b1:32:ort-node/cpu', {
      files: [],
      tap: 'layer9',
      browser: path,
      packages: OWN_PACKAGES,
      out: folder,
      lifetime: lifetime(),
      log: () => {},
    });
    await expect(found).rejects.toThrow("no tap 'layer9': it is one of layer1, layer2, layer3, logits");
  });

  it('finds nothing where nothing is wrong', async (context) => {
    const browser = needBrowser(context);
    for (const backend of ['ort-node/cpu', 'tfjs/wasm'])
      expect(
        await locateCase(`conformance:resnet20.seed0:fp32:b1:32:${backend}`, {
          files: [],
          browser: browser.path,
          packages: OWN_PACKAGES,
          out: folder,
          lifetime: lifetime(),
          log: () => {},
        }),
      ).toMatchObject({ bench: [], located: undefined });
  });
});

describe('a repro of a runtime that is right says so', SLOW, () => {
  const model = findModel('resnet20');
  if (model === undefined) throw new Error('no resnet20');
  const graph = buildModel(model);
  const input = seededTensor(0, 1, 3, 32);
  const weights = seededWeights(graph, 0);
  // Within its worst-case bound, so that the limits of right implementations are in the repro.
  const output = evaluate(graph, weights, input).get(graph.output)?.data ?? [];
  const verdict = judgeElements([2], [0], [1]);
  const shown = { arithmetic: FLOAT32, output, verdict, own: undefined };
  const failure: Failure = { graph, weights, input, index: 0, ...shown };

  for (const [backend, name] of [
    ['ort-web/wasm', 'onnxruntime-web'],
    ['tfjs/wasm', '@tensorflow/tfjs-core'],
    ['tfjs/cpu', '@tensorflow/tfjs-core'],
    ['ort-node/cpu', 'onnxruntime-node'],
  ] as const)
    it(backend, async (context) => {
      const row = findBackend(backend);
      if (row === undefined) throw new Error(backend);
      const browser = row.host === 'browser' ? needBrowser(context) : undefined;
      const repro = await writeRepro(join(folder, backend.replace('/', '-')), failure, row, version(name));
      expect(await rerun(repro, row, { browser, packages: OWN_PACKAGES })).toEqual({
        says: expect.stringMatching(/^right/),
      });
    });
});
