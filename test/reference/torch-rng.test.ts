import { describe, expect, it } from 'vitest';
import golden from '../../reference/golden/random.json' with { type: 'json' };
import { graphParameters } from '../../reference/graph.ts';
import { buildModel, MODELS } from '../../reference/models/models.ts';
import { sizeOf } from '../../reference/tensor.ts';
import { mt19937 } from '../../reference/weights/mt19937.ts';
import { torchGenerator, torchSeeded } from '../../reference/weights/torch.ts';
import { relativeError } from './compare.ts';

const NORMAL = 4e-7;

/** The worst error of any value relative to that value itself. */
const elementwise = (actual: Float32Array, expected: readonly number[]): number =>
  Math.max(...expected.map((value, i) => relativeError([actual[i] ?? Number.NaN], [value])));

describe('MT19937', () => {
  it("gives numpy's words for seed 0", () => {
    const next = mt19937(0);
    expect(golden.words.map(() => next())).toEqual(golden.words);
  });

  it('gives the 10,000th word that the C++ standard states for seed 5489', () => {
    const next = mt19937(5489);
    const words = Array.from({ length: 10_000 }, next);
    expect(words[0]).toBe(3499211612);
    expect(words[9_999]).toBe(4123659995);
  });
});

describe("PyTorch's generator after manual_seed(0)", () => {
  it('draws torch.rand bit for bit', () => {
    expect([...torchGenerator(0).uniform(8, 0, 1)]).toEqual(golden.rand);
  });

  it('draws uniform_(low, high) bit for bit', () => {
    expect([...torchGenerator(0).uniform(8, -0.375, 0.3)]).toEqual(golden.uniform);
  });

  it('draws normal values', () => {
    expect(elementwise(torchGenerator(0).normal(16, 0.3), golden.randn16)).toBeLessThan(NORMAL);
  });

  it('draws the last 16 again where the count is no multiple of 16', () => {
    const generator = torchGenerator(0);
    expect(elementwise(generator.normal(20, 1), golden.randn20)).toBeLessThan(NORMAL);
    expect([...generator.uniform(4, 0, 1)]).toEqual(golden.randn20ThenRand);
  });

  it('differs by seed', () => {
    expect(torchGenerator(1).uniform(1, 0, 1)).not.toEqual(torchGenerator(0).uniform(1, 0, 1));
  });

  it('refuses fewer than 16 normal values', () => {
    expect(() => torchGenerator(0).normal(15, 1)).toThrow(/16 or more/);
  });
});

describe('torchSeeded', () => {
  it.each(MODELS.filter(({ parameters }) => parameters < 1e6))('fills every parameter of $id', (row) => {
    const graph = buildModel(row, 7);
    const { weights } = torchSeeded(graph, 1);
    for (const { name, shape } of graphParameters(graph)) expect(weights.get(name)).toHaveLength(sizeOf(shape));
    expect(weights.size).toBe(graphParameters(graph).length);
  });
});
