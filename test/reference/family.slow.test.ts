import { describe, expect, it } from 'vitest';
import family from '../../reference/golden/family.json' with { type: 'json' };
import { graphParameters } from '../../reference/graph.ts';
import { buildModel, findModel } from '../../reference/models/models.ts';
import { parameter } from '../../reference/tensor.ts';
import { seededInput, seededWeights } from '../../reference/weights/seeded.ts';
import { type Golden, goldenErrors, sha256, worst } from './compare.ts';

/** Both sides compute in float64 and differ only in the order of sums. */
const EXACT = 1e-10;
const SLOW = 180_000;

type Case = Golden & { input: { size: number; batch: number; sha256: string }; weightsSha256: string };
const CASES: [string, Case][] = Object.entries(family.models);

describe('every other family in float64 as PyTorch computes it', () => {
  it.each(CASES)('%s', { timeout: SLOW }, (arch, golden) => {
    const row = findModel(arch);
    if (row === undefined) throw new Error(`no architecture '${arch}'`);
    const { batch, size } = golden.input;
    const graph = buildModel(row);
    const weights = seededWeights(graph, 0);
    const input = seededInput(0, batch, 3, size);
    const names = graphParameters(graph).map(({ name }) => name);
    expect(sha256(...names.sort().map((name) => parameter(weights, name)))).toBe(golden.weightsSha256);
    expect(sha256(input)).toBe(golden.input.sha256);
    const errors = goldenErrors(graph, weights, { shape: [batch, 3, size, size], data: input }, golden);
    expect(Object.keys(errors)).toHaveLength(graph.stages.size + 1);
    expect(worst(errors), JSON.stringify(errors)).toBeLessThanOrEqual(EXACT);
  });
});
