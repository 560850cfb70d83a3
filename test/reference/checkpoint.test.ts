import { describe, expect, it } from 'vitest';
import { graphParameters } from '../../reference/graph.ts';
import { buildCifar } from '../../reference/models/cifar.ts';
import { parameter } from '../../reference/tensor.ts';
import { matchCheckpoint, type StoredTensor } from '../../reference/weights/checkpoint.ts';
import { seededWeights } from '../../reference/weights/seeded.ts';

const graph = buildCifar({ family: 'cifar', id: 'resnet8', n: 1, parameters: 0 }, 10);
const weights = seededWeights(graph, 0);
const stored = (): Map<string, StoredTensor> =>
  new Map(graphParameters(graph).map(({ name, shape }) => [name, { shape, data: parameter(weights, name) }]));

describe('matchCheckpoint', () => {
  it('takes what fits, batch counters aside', () => {
    const tensors = stored().set('bn1.num_batches_tracked', { shape: [], data: Float32Array.of(7) });
    expect(matchCheckpoint(graph, tensors)).toEqual(weights);
  });

  it('takes other names', () => {
    const renamed = new Map([...stored()].map(([name, value]) => [`net/${name}`, value]));
    expect(matchCheckpoint(graph, renamed, (name) => `net/${name}`)).toEqual(weights);
  });

  it('lists everything that does not fit in one error', () => {
    const tensors = stored();
    tensors.delete('bn1.bias');
    tensors.set('fc.weight', { shape: [1], data: Float32Array.of(0) });
    tensors.set('linear.bias', { shape: [5, 2], data: new Float32Array(10) });
    tensors.set('conv1.weight', { shape: [16, 3, 3, 3], data: new Float32Array(432).fill(Number.NaN, 431) });
    tensors.set('bn1.weight', { shape: [16], data: new Float32Array(16).fill(Number.NEGATIVE_INFINITY, 3, 4) });
    expect(() => matchCheckpoint(graph, tensors)).toThrow(
      'the checkpoint does not fit resnet8: missing: bn1.bias; extra: fc.weight; ' +
        'misshapen: linear.bias is [5,2] instead of [10]; NaN or infinite: conv1.weight (1 of 432 values), bn1.weight (1 of 16 values)',
    );
  });

  it('refuses variances below 0, whatever the checkpoint calls them', () => {
    const tensors = stored();
    tensors.set('bn1.running_var', { shape: [16], data: new Float32Array(16).fill(1).fill(-1, 3, 5) });
    const message =
      "the checkpoint does not fit resnet8: undefined: 2 of 16 variances in 'bn1.running_var' are below 0";
    expect(() => matchCheckpoint(graph, tensors)).toThrow(message);
    const renamed = new Map([...tensors].map(([name, value]) => [`net/${name}`, value]));
    expect(() => matchCheckpoint(graph, renamed, (name) => `net/${name}`)).toThrow(
      "variances in 'net/bn1.running_var' are below 0",
    );
    // Dead channels have a variance of 0, which an epsilon makes good.
    tensors.set('bn1.running_var', { shape: [16], data: new Float32Array(16) });
    expect(matchCheckpoint(graph, tensors).size).toBe(weights.size);
  });

  it('shortens long lists', () => {
    expect(() => matchCheckpoint(graph, new Map())).toThrow(
      /missing: conv1\.weight, .*, bn1\.running_var and 32 more$/,
    );
  });
});
