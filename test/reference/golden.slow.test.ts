import { describe, expect, it } from 'vitest';
import { NORMALISED } from '../../reference/datasets/preprocessing.ts';
import akamaster from '../../reference/golden/akamaster.json' with { type: 'json' };
import seed0 from '../../reference/golden/seed0.json' with { type: 'json' };
import torch0 from '../../reference/golden/torch0.json' with { type: 'json' };
import { graphParameters } from '../../reference/graph.ts';
import { loadModel } from '../../reference/models/load.ts';
import { buildModel, findModel } from '../../reference/models/models.ts';
import { parameter } from '../../reference/tensor.ts';
import { seededInput, seededWeights } from '../../reference/weights/seeded.ts';
import { torchSeeded } from '../../reference/weights/torch.ts';
import { AKAMASTER } from './checkpoints.ts';
import { cifarImages } from './cifar-images.ts';
import { type Golden, goldenErrors, relativeError, sha256, worst } from './compare.ts';
import { mirrorFile } from './mirror.ts';

/** Both sides compute in float64 and differ only in the order of sums. */
const EXACT = 1e-10;
/** torch0's normal values agree to 4e-7, and the network carries that to its outputs: 4e-7 in resnet152. */
const APPROXIMATE = 2e-6;
const SLOW = 120_000;

const graphOf = (arch: string, classes?: number) => {
  const row = findModel(arch);
  if (row === undefined) throw new Error(`no architecture '${arch}'`);
  return buildModel(row, classes);
};

describe('seed0 in float64 as PyTorch computes it', () => {
  it.each(Object.keys(seed0.models) as (keyof typeof seed0.models)[])(
    '%s',
    (arch) => {
      const golden = seed0.models[arch];
      const { batch, size } = golden.input;
      const graph = graphOf(arch);
      const weights = seededWeights(graph, 0);
      const input = seededInput(0, batch, 3, size);
      expect(sha256(...graphParameters(graph).map(({ name }) => parameter(weights, name)))).toBe(golden.weightsSha256);
      expect(sha256(input)).toBe(golden.input.sha256);
      const errors = goldenErrors(graph, weights, { shape: [batch, 3, size, size], data: input }, golden);
      expect(Object.keys(errors)).toHaveLength(graph.stages.size + 1);
      expect(worst(errors), JSON.stringify(errors)).toBeLessThanOrEqual(EXACT);
    },
    SLOW,
  );
});

describe('torch0 in float64 as PyTorch computes it', () => {
  it.each(Object.keys(torch0.models) as (keyof typeof torch0.models)[])(
    '%s',
    (arch) => {
      const golden = torch0.models[arch];
      const { batch, size } = golden.input;
      const graph = graphOf(arch, torch0.classes);
      const { weights, uniform } = torchSeeded(graph, 0);
      const input = uniform(batch * 3 * size * size);
      expect(sha256(input)).toBe(golden.input.sha256);
      const errors = goldenErrors(graph, weights, { shape: [batch, 3, size, size], data: input }, golden);
      expect(worst(errors), JSON.stringify(errors)).toBeLessThanOrEqual(APPROXIMATE);
    },
    SLOW,
  );
});

describe("akamaster's checkpoints in float64 as PyTorch computes them", () => {
  it.for(Object.keys(akamaster.models) as (keyof typeof akamaster.models)[])('%s', (arch, { skip }) => {
    const row = AKAMASTER.find(({ model }) => model === arch);
    const images = cifarImages(mirrorFile(skip, 'cifar10/test_first1000.bin'), NORMALISED);
    const { graph, weights } = loadModel(`${arch}.akamaster`, mirrorFile(skip, row?.file.mirror ?? ''));
    const data = new Float32Array(4 * 3072);
    for (let i = 0; i < 4; i++) data.set(images.image(i), i * 3072);
    const errors = goldenErrors(graph, weights, { shape: [4, 3, 32, 32], data }, akamaster.models[arch]);
    expect(worst(errors), JSON.stringify(errors)).toBeLessThanOrEqual(EXACT);
  });

  it.for(AKAMASTER)('predictions of $model are those counted', ({ predictions, counted }, { skip }) => {
    const { labels } = cifarImages(mirrorFile(skip, 'cifar10/test_first1000.bin'), NORMALISED);
    expect(predictions).toHaveLength(1000);
    expect(counted?.images).toBe(1000);
    expect(predictions?.filter((one, i) => one === labels[i])).toHaveLength(counted?.right ?? 0);
  });
});

describe('the comparison', () => {
  const graph = graphOf('resnet20');
  const golden: Golden = seed0.models.resnet20;
  const input = { shape: [2, 3, 32, 32], data: seededInput(0, 2, 3, 32) };

  it('finds one weight that is off by one part in a million, at its stage and after', () => {
    const weights = new Map(seededWeights(graph, 0));
    const changed = parameter(weights, 'layer2.1.bn2.weight').slice();
    changed[3] = (changed[3] ?? 0) * (1 + 1e-6);
    weights.set('layer2.1.bn2.weight', changed);
    const errors = goldenErrors(graph, weights, input, golden);
    expect(errors.layer1).toBeLessThanOrEqual(EXACT);
    for (const tap of ['layer2', 'layer3', 'output']) expect(errors[tap]).toBeGreaterThan(EXACT);
  });

  it('fails on NaN and on a missing value', () => {
    expect(relativeError([1, Number.NaN], [1, 2])).toBeNaN();
    expect(relativeError([1], [1, 2])).toBeNaN();
    expect(worst({ layer1: 0, output: Number.NaN })).toBeNaN();
  });
});
