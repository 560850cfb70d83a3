import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, type TestContext } from 'vitest';
import { findBackend } from '../../suites/backends/backends.ts';
import { type Group, groupCells } from '../../suites/engine/runner.ts';
import { openQuietWorkshop, type Workshop } from '../../suites/engine/workshop.ts';
import { lifetime } from '../../suites/hosts/lifetime.ts';
import { readOwnModels, withOwn } from '../../suites/plan/own.ts';
import { PROFILES, type Profile } from '../../suites/plan/profiles.ts';
import { expand, parseQuery } from '../../suites/plan/query.ts';
import type { Outcome } from '../../suites/record/record.ts';
import { needBrowser } from '../browser.ts';
import { external, file, floats, node, some, value } from '../reference/formats/onnxfile.ts';
import { conv, filesOf, model, pooled, T, weight } from '../reference/formats/tfjsfile.ts';

const FIXTURES = join(import.meta.dirname, '../reference/fixtures');
// A name that means something in a URL, as a user's may.
const folder = join(mkdtempSync(join(tmpdir(), 'resnet-own-e2e-')), 'my models #1 100%');
mkdirSync(join(folder, 'tf'), { recursive: true });

/** A convolution whose weights are in a file of their own, and a classifier. */
const apart = file([
  value(11, 'image', ['batch', 3, 'height', 'width']),
  external('w', [4, 3, 3, 3], { location: 'data/w.bin', offset: '16', length: '432' }),
  floats('m', [10, 4], some(40)),
  node('Conv image,w > c', { pads: [1, 1, 1, 1] }),
  node('Relu c > r'),
  node('GlobalAveragePool r > p'),
  node('Flatten p > f'),
  node('Gemm f,m > scores', { transB: 1 }),
  value(12, 'scores', ['batch', 10]),
]);

/** The same, with a residual sum and the file's name as other exporters write it. */
const spelled = file([
  value(11, 'image', ['batch', 3, 'height', 'width']),
  external('w', [4, 3, 3, 3], { location: './more//w.bin', offset: '16', length: '432' }),
  floats('m', [10, 4], some(40)),
  node('Conv image,w > c', { pads: [1, 1, 1, 1] }),
  node('Relu c > r'),
  node('Add r,c > sum'),
  node('Relu sum > end'),
  node('GlobalAveragePool end > p'),
  node('Flatten p > f'),
  node('Gemm f,m > scores', { transB: 1 }),
  value(12, 'scores', ['batch', 10]),
]);

/** A graph model with two weight files, whose input and output have the converter's names. */
const converted = model(
  (w) => {
    w.node('r', 'Relu', [w.node('c', 'Conv2D', ['x', weight(w, 'k', 3, 3, 3, 5)], conv('SAME', 2))], T);
    w.node('sum', 'AddV2', [w.node('d', 'Conv2D', ['r', weight(w, 'l', 3, 3, 5, 5)], conv('SAME', 1)), 'r'], T);
    const inputs = [pooled(w, w.node('end', 'Relu', ['sum'], T)), weight(w, 'm', 5, 10)];
    return w.node('scores', 'MatMul', inputs, { ...T, transpose_a: { b: false }, transpose_b: { b: false } });
  },
  [-1, 16, 16, 3],
);

let groups: Group[];
let workshop: Workshop;
beforeAll(async () => {
  copyFileSync(join(FIXTURES, 'classic-resnet.onnx'), join(folder, 'classic.onnx'));
  copyFileSync(join(FIXTURES, 'classic-convnext.onnx'), join(folder, 'convnext.onnx'));
  writeFileSync(join(folder, 'apart.onnx'), apart);
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data', 'w.bin'), new Uint8Array(some(112).buffer));
  writeFileSync(join(folder, 'spelled.onnx'), spelled);
  mkdirSync(join(folder, 'more'));
  writeFileSync(join(folder, 'more', 'w.bin'), new Uint8Array(some(112).buffer));
  const { json, parts } = filesOf(converted, converted.nodes);
  // A path as a page makes it shorter.
  const text = JSON.stringify(json).replace('"group1-shard1of2.bin"', '"./group1-shard1of2.bin"');
  writeFileSync(join(folder, 'tf', 'model.json'), text);
  for (const [name, bytes] of parts) writeFileSync(join(folder, 'tf', name), bytes);
  const own = await readOwnModels(
    ['classic.onnx', 'convnext.onnx', 'apart.onnx', 'spelled.onnx', 'tf'].map((name) => join(folder, name)),
  );
  const profile: Profile = {
    ...withOwn(
      { ...(PROFILES[0] as Profile), models: [{ model: '', sizes: { quick: 64, slow: 64, software: 64 } }] },
      own,
    ),
    samples: 3,
    samplingSeconds: 0.2,
    visitSeconds: 60,
    limitSeconds: 150,
  };
  const queries = ['conformance,memory', 'layers:classic.user:*:*:*:ort-web/wasm'].map(parseQuery);
  groups = groupCells(expand(queries, profile));
  workshop = await openQuietWorkshop(groups, profile, inject('browser'), lifetime());
}, 120_000);
afterAll(async () => {
  await workshop?.close();
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

async function visit(id: string, backend: string, context: TestContext, kind = 'visit'): Promise<Map<string, Outcome>> {
  if (findBackend(backend)?.host === 'browser') needBrowser(context);
  const group = groups.find(
    ({ key, row, cells }) => row.id === backend && cells[0]?.model === id && key.startsWith(kind),
  );
  if (group === undefined) throw new Error(`no group of ${id} on ${backend}`);
  return workshop.visit(group, 0, () => {});
}

/** The tensors that were checked of a right answer, and the bytes of the model that was loaded. */
function shown(outcomes: ReadonlyMap<string, Outcome>) {
  const [conformance, memory] = ['conformance', 'memory'].map((suite) => outcomes.get(suite));
  if (conformance?.status !== 'ok' || conformance.result.suite !== 'conformance')
    throw new Error(JSON.stringify(conformance));
  if (memory?.status !== 'ok' || memory.result.suite !== 'memory') throw new Error(JSON.stringify(memory));
  const { checks } = conformance.result;
  for (const { ratio } of checks) expect(ratio).toBeGreaterThan(0);
  return { tensors: checks.map(({ tensor }) => tensor), bytes: memory.result.model };
}

const size = (name: string) => statSync(join(folder, name)).size;

describe('a model of one’s own on a real runtime', { timeout: 160_000 }, () => {
  for (const backend of ['ort-node/cpu', 'ort-web/wasm'])
    it(`is loaded as it is by ${backend}: PyTorch’s ONNX, and one with tensors in another file`, async (context) => {
      const classic = shown(await visit('classic.user', backend, context));
      expect(classic.tensors).toEqual(['logits', '8×8', '4×4', '2×2']);
      expect(classic.bytes).toBe(size('classic.onnx'));
      const convnext = shown(await visit('convnext.user', backend, context));
      expect(convnext.tensors).toEqual(['logits', '8×8', '4×4']);
      const two = shown(await visit('apart.user', backend, context));
      expect(two.tensors).toEqual(['logits']);
      expect(two.bytes).toBe(size('apart.onnx') + size('data/w.bin'));
      expect(shown(await visit('spelled.user', backend, context)).tensors).toEqual(['logits', '64×64']);
    });

  it('is exported to TF.js from ONNX', async (context) => {
    const { tensors, bytes } = shown(await visit('classic.user', 'tfjs/wasm', context));
    expect(tensors).toEqual(['logits', '8×8', '4×4', '2×2']);
    expect(bytes).not.toBe(size('classic.onnx'));
    expect(shown(await visit('convnext.user', 'tfjs/wasm', context)).tensors).toEqual(['logits', '8×8', '4×4']);
  });

  it('is loaded as it is by TF.js where it is TF.js’, and exported to ONNX', async (context) => {
    const { tensors, bytes } = shown(await visit('tf.user', 'tfjs/wasm', context));
    expect(tensors).toEqual(['logits', '8×8']);
    const files = ['model.json', 'group1-shard1of2.bin', 'group1-shard2of2.bin'];
    expect(bytes).toBe(files.reduce((sum, name) => sum + size(join('tf', name)), 0));
    expect(shown(await visit('tf.user', 'ort-node/cpu', context)).tensors).toEqual(['logits', '8×8']);
  });

  it('is unsupported by a build that reads no second file, with the fix', async (context) => {
    const [outcome] = (await visit('apart.user', 'ort-web/webgl', context)).values();
    expect(outcome).toMatchObject({
      status: 'unsupported',
      fix: expect.stringContaining('save the model in one file'),
    });
  });

  it('is read layer by layer in a page', async (context) => {
    const [outcome] = (await visit('classic.user', 'ort-web/wasm', context, 'layers')).values();
    if (outcome?.status !== 'ok' || outcome.result.suite !== 'layers') throw new Error(JSON.stringify(outcome));
    expect(outcome.result.layers).toHaveLength(outcome.result.total);
    expect(outcome.result.total).toBeGreaterThan(15);
  });

  it('has no error at all in f64, the reference itself', async (context) => {
    for (const id of ['classic.user', 'convnext.user', 'apart.user', 'tf.user']) {
      const outcome = (await visit(id, 'f64', context)).get('conformance');
      if (outcome?.status !== 'ok' || outcome.result.suite !== 'conformance') throw new Error(JSON.stringify(outcome));
      expect(Math.max(...outcome.result.checks.map(({ error }) => error))).toBe(0);
    }
  });
});
