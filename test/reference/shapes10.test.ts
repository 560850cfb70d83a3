import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { binaryImages } from '../../reference/datasets/binary.ts';
import { NORMALISED, RAW } from '../../reference/datasets/preprocessing.ts';
import { renderSet } from '../../reference/datasets/shapes/set.ts';
import { obtainShapes } from '../../reference/datasets/shapes10.node.ts';
import { SHAPES10, SHAPES10_SHA256 } from '../../reference/datasets/shapes10.ts';
import { evaluate } from '../../reference/evaluate.ts';
import golden from '../../reference/golden/shapes10-predictions.json' with { type: 'json' };
import { top } from '../../reference/judge/agreement.ts';
import { loadModel } from '../../reference/models/load.ts';
import { findHere, obtain } from '../../reference/weights/checkpoint-files.node.ts';
import { checkpointName } from '../../reference/weights/checkpoints.ts';
import { SHIPPED } from './checkpoints.ts';
import { tensor } from './compare.ts';

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resnet-bench-'));
  vi.stubEnv('RESNET_CACHE', join(folder, 'cache'));
  vi.stubEnv('RESNET_MIRROR', undefined);
  vi.stubGlobal('fetch', () => Promise.reject(new Error('this set needs no network')));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  rmSync(folder, { recursive: true });
});

/** The first images, rendered quickly, and all of them. */
const FEW = { images: 20, sha256: hashOf(renderSet('test', 0, 20)) };
const ALL = renderSet('test', 0, SHAPES10.images);

describe('the shipped set', () => {
  it('is rendered once, and again where the cache is damaged', async () => {
    const lines: string[] = [];
    const options = { log: (line: string) => void lines.push(line), rendered: FEW };
    const found = await obtainShapes(options);
    const bytes = readFileSync(found.path);
    expect([found.images, hashOf(bytes)]).toEqual([20, FEW.sha256]);
    expect(await obtainShapes(options)).toEqual(found);
    expect(lines).toEqual(['rendering 20 images of rendered shapes']);

    for (const damaged of [bytes.subarray(1), Uint8Array.from(bytes, (byte, i) => (i === 5000 ? byte ^ 1 : byte))]) {
      lines.length = 0;
      writeFileSync(found.path, damaged);
      expect(await obtainShapes(options)).toEqual(found);
      expect(readFileSync(found.path).equals(bytes)).toBe(true);
      expect(lines).toEqual([
        `${found.path} is damaged, so it is rendered again`,
        'rendering 20 images of rendered shapes',
      ]);
    }
    expect(readdirSync(join(folder, 'cache'))).toHaveLength(1);
  });

  it('is refused where an engine renders other bytes, and nothing is kept', async () => {
    const rendered = { images: 10, sha256: FEW.sha256 };
    await expect(obtainShapes({ log: () => {}, rendered })).rejects.toThrow(
      `expected ${FEW.sha256}: report it with your Node version`,
    );
    expect(existsSync(join(folder, 'cache'))).toBe(false);
  });

  it('has as many images of each class, and is read as CIFAR-10 is', async () => {
    expect(hashOf(ALL)).toBe(SHAPES10_SHA256);
    const set = await SHAPES10.open('', RAW, async () => ALL.slice());
    expect(set.sha256).toBe(SHAPES10_SHA256);
    expect(set.count).toBe(2000);
    const counts = Array.from({ length: 10 }, (_, label) => Array.from(set.labels).filter((one) => one === label));
    expect(counts.map(({ length }) => length)).toEqual(new Array(10).fill(200));
    expect([...(await set.image(1))]).toEqual([...ALL.subarray(3074, 2 * 3073)]);
  });

  it('is named where its layout is another', () => {
    const shapes = { name: SHAPES10.title, classes: 3 };
    expect(() => binaryImages(new Uint8Array(5), NORMALISED, shapes)).toThrow(
      '5 bytes are not a whole number of rendered shapes images',
    );
    expect(() => binaryImages(new Uint8Array(3073).fill(3), NORMALISED, shapes)).toThrow(
      'image 0 has label 3: this is not the binary layout of rendered shapes',
    );
  });
});

describe('its network', () => {
  const { file, predictions = [], counted, top1 } = SHIPPED;

  it('ships: no cache, no mirror, no network', async () => {
    const { path, sha256 } = await obtain(file, { log: () => {} });
    expect(path).toMatch(/reference[\\/]weights[\\/]shipped[\\/]resnet8-shapes10\.safetensors$/);
    const bytes = readFileSync(path);
    expect([sha256, bytes.length]).toEqual([hashOf(bytes), file.bytes]);
    expect(bytes.length).toBeLessThan(1e6);
    expect(await findHere(file)).toEqual({ path, sha256 });
    expect(existsSync(join(folder, 'cache'))).toBe(false);
  });

  it('is an error that tells the fix where a package lacks it or holds another', async () => {
    const lacking = { ...file, shipped: 'weights/shipped/none.safetensors' };
    await expect(obtain(lacking, { log: () => {} })).rejects.toThrow(
      'reference/weights/shipped/none.safetensors is missing: install this package again',
    );
    await expect(obtain({ ...file, sha256: '0'.repeat(64) }, { log: () => {} })).rejects.toThrow(
      /safetensors has SHA-256 \w{64}, expected 0{64}: install this package again/,
    );
  });

  it('has the Top-1 that PyTorch counted, of the images and weights that are here', () => {
    const right = predictions.filter((one, i) => one === ALL[i * 3073]).length;
    expect(predictions).toHaveLength(SHAPES10.images);
    expect({ images: predictions.length, right }).toEqual(counted);
    expect(top1).toBeCloseTo((100 * right) / predictions.length, 10);
    // Hard enough that a defect costs images.
    expect(top1).toBeGreaterThan(88);
    expect(top1).toBeLessThan(97);
    expect([golden.provenance.checkpoint, golden.provenance.test]).toEqual([file.sha256, SHAPES10_SHA256]);
    // Each prediction is the network's, not the order's of a summation.
    expect(golden.differsInFloat64).toEqual([]);
  });

  it('has these classes by the float64 reference too', () => {
    const { graph, weights } = loadModel(checkpointName(SHIPPED), readFileSync(join('reference', file.shipped ?? '')));
    const count = 100;
    const set = binaryImages(ALL, SHIPPED.preprocessing, { name: SHAPES10.title, classes: SHAPES10.classes });
    const input = new Float64Array(count * 3072);
    for (let i = 0; i < count; i++) input.set(set.image(i), i * 3072);
    const logits = evaluate(graph, weights, tensor([count, 3, 32, 32], input)).get(graph.output)?.data ?? [];
    const classes = Array.from({ length: count }, (_, i) => top(logits, i * 10, 10, 1)[0]);
    expect(classes).toEqual(predictions.slice(0, count));
  });
});
