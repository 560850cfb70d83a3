import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { walk } from '../../reference/evaluate.ts';
import { loadModel, seedOf } from '../../reference/models/load.ts';
import { liveParameters } from '../../reference/passes/live.ts';
import { seededTensor, seededWeights } from '../../reference/weights/seeded.ts';

/** The channels that each ReLU leaves at 0 on both of a visit's inputs, by node; none where all are alive. */
function dead(id: string, tag: string, size: number): string[] {
  const { graph, weights } = loadModel(`${id}.${tag}`, undefined);
  const found: string[] = [];
  walk(graph, weights, seededTensor(0, 2, graph.channels, size), (node, _, { shape, data }) => {
    const channels = shape[1] ?? 1;
    const area = data.length / channels / (shape[0] ?? 1);
    const alive = new Set<number>();
    for (const [i, value] of data.entries()) if (value > 0) alive.add(Math.floor(i / area) % channels);
    if (node.op === 'Relu' && alive.size < channels) found.push(node.name);
  });
  return found;
}

describe('the weights liveN', () => {
  it.each([
    ['resnet18', 64],
    ['resnext[1.1.1.1]', 64],
    ['preact_resnet18', 64],
    ['resnet20', 32],
    ['preact_resnet110', 32],
    ['wide_resnet16_4', 32],
    ['resnet8', 32],
    ['opgrid', 37],
  ])('leave no channel of %s dead', (id, size) => {
    const arch = id === 'resnext[1.1.1.1]' ? 'resnet[1.1.1.1]-bottleneck-w4-g32' : id;
    expect(dead(arch, 'live0', size)).toEqual([]);
  });

  it('are needed: seed0 leaves channels of resnet18 dead', () => {
    expect(dead('resnet18', 'seed0', 64).length).toBeGreaterThan(5);
  });

  it('are the weights seedN but for the statistics of its normalisations', () => {
    const { graph, weights } = loadModel('resnet20.live3', undefined);
    const seeded = seededWeights(graph, 3);
    expect([...weights.keys()]).toEqual([...seeded.keys()]);
    const changed = [...weights].filter(([name, data]) => data.some((value, i) => value !== seeded.get(name)?.[i]));
    expect(changed.map(([name]) => name)).toEqual(
      [...seeded.keys()].filter((name) => /\.running_(mean|var)$/.test(name)),
    );
  });

  it('normalise: each normalisation has a mean of 0 and a variance of 1 before its gain and bias', () => {
    const { graph, weights } = loadModel('resnet20.live1', undefined);
    walk(graph, weights, seededTensor(0, 2, 3, 32), (node, [x]) => {
      if (node.op !== 'BatchNormalization' || x === undefined) return;
      const [mean, variance] = ['running_mean', 'running_var'].map((one) => weights.get(`${node.name}.${one}`));
      const area = (x.shape[2] ?? 1) * (x.shape[3] ?? 1);
      for (let c = 0; c < node.channels; c++) {
        const values = x.data.filter((_, i) => Math.floor(i / area) % node.channels === c);
        const average = values.reduce((sum, value) => sum + value, 0) / values.length;
        const spread = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length;
        expect(mean?.[c]).toBeCloseTo(average, 5);
        expect((variance?.[c] ?? 0) / spread).toBeCloseTo(1, 5);
      }
    });
  });

  it('are seedN where no normalisation has statistics', () => {
    const { graph, weights } = loadModel('convnext_tiny.seed0', undefined);
    expect(liveParameters(graph, weights, 64).size).toBe(0);
  });

  it.each([
    ['resnet18.live0', '95b7b004e66338e6'],
    ['resnet20.live0', '376784c4daf63bd2'],
  ])('are the same on every machine: %s', (model, digest) => {
    const hash = createHash('sha256');
    for (const [name, data] of loadModel(model, undefined).weights)
      if (/running_(mean|var)$/.test(name)) hash.update(name).update(new Uint8Array(data.buffer));
    expect(hash.digest('hex').slice(0, 16)).toBe(digest);
  });

  it('keep the seeded statistics of a channel that never changes, since 1/√ε would blow it up', () => {
    const { graph, weights } = loadModel('resnet20.seed0', undefined);
    const silent = weights.get('conv1.weight')?.map((weight, i) => (i < 27 ? 0 : weight));
    const found = liveParameters(graph, new Map([...weights, ['conv1.weight', silent as Float32Array]]), 32);
    for (const name of ['bn1.running_mean', 'bn1.running_var']) {
      expect(found.get(name)?.[0]).toBe(weights.get(name)?.[0]);
      expect(found.get(name)?.[1]).not.toBe(weights.get(name)?.[1]);
    }
  });

  it('have a tag with a seed', () => {
    expect(seedOf('live12')).toEqual({ kind: 'live', seed: 12 });
    expect(seedOf('live')).toBeUndefined();
    expect(seedOf('alive0')).toBeUndefined();
  });

  it('have statistics that are computed once per process', () => {
    const [first, second] = [0, 1].map(() => loadModel('resnet20.live7', undefined).weights.get('bn1.running_var'));
    expect(first).toBeInstanceOf(Float32Array);
    expect(second).toBe(first);
    expect(loadModel('resnet20.live8', undefined).weights.get('bn1.running_var')).not.toEqual(first);
  });
});
