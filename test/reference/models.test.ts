import { describe, expect, it } from 'vitest';
import { evaluate } from '../../reference/evaluate.ts';
import { countParameters, graphParameters, inferShapes } from '../../reference/graph.ts';
import { buildModel, FAMILIES, findModel, MODELS } from '../../reference/models/table.ts';
import { seededInput, seededWeights } from '../../reference/weights/seeded.ts';

const ROWS = MODELS.map((row) => [row.id, row] as const);

describe.each(ROWS)('%s', (_, row) => {
  const graph = buildModel(row);

  it('has exactly the published number of parameters', () => {
    expect(countParameters(graph)).toBe(row.parameters);
  });

  it('has shapes that fit at its own size, and the last before pooling that its paper gives', () => {
    const { size, classes } = FAMILIES[row.family];
    const shapes = inferShapes(graph, 2, size);
    expect(shapes.get(graph.output)).toEqual([2, classes]);
    const last = [...graph.stages.values()].at(-1) ?? '';
    expect(shapes.get(last)?.slice(2)).toEqual(row.family === 'resnet' ? [7, 7] : [8, 8]);
  });

  it('names no parameter twice', () => {
    const names = graphParameters(graph).map((spec) => spec.name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('names', () => {
  it("are torchvision's, blocks and projections included", () => {
    const row = findModel('resnet50');
    if (row === undefined) throw new Error('no resnet50');
    const names = buildModel(row).nodes.map((node) => node.name);
    expect(names.slice(0, 4)).toEqual(['conv1', 'bn1', 'relu', 'maxpool']);
    for (const name of [
      'layer1.0.downsample.0',
      'layer1.0.downsample.1',
      'layer1.0.relu_2',
      'layer4.2.add',
      'avgpool',
      'flatten',
      'fc',
    ])
      expect(names).toContain(name);
    expect(names).not.toContain('layer1.1.downsample.0');
  });
});

describe('seeded weights', () => {
  const rms = (values: Float64Array) =>
    Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

  // float16 and int8 need this; 152 is the deepest.
  it.each(['resnet18', 'resnet152', 'resnet56'])(
    'keep activations of %s of order one at every stage',
    (id) => {
      const row = findModel(id);
      if (row === undefined) throw new Error(id);
      const graph = buildModel(row);
      const input = { shape: [1, 3, 32, 32], data: Float64Array.from(seededInput(0, 1, 3, 32)) };
      const outputs = evaluate(graph, seededWeights(graph, 0), input);
      for (const node of [...graph.stages.values(), graph.output]) {
        const level = rms(outputs.get(node)?.data ?? new Float64Array(0));
        expect(level).toBeGreaterThan(0.1);
        expect(level).toBeLessThan(10);
      }
    },
    60_000,
  );

  it('give different answers to different inputs, so that a stale result shows', () => {
    const row = findModel('resnet20');
    if (row === undefined) throw new Error('no resnet20');
    const graph = buildModel(row);
    const weights = seededWeights(graph, 0);
    const [a, b] = [0, 1].map((index) => {
      const data = Float64Array.from(seededInput(index, 1, 3, 32));
      return evaluate(graph, weights, { shape: [1, 3, 32, 32], data }).get(graph.output)?.data ?? new Float64Array(0);
    });
    const difference = Float64Array.from(a ?? [], (value, i) => value - (b?.[i] ?? 0));
    expect(rms(difference) / rms(a ?? new Float64Array(1))).toBeGreaterThan(0.01);
  });

  it('refuse an input that a network cannot take', () => {
    const row = findModel('resnet18');
    if (row === undefined) throw new Error('no resnet18');
    expect(() => inferShapes({ ...buildModel(row), channels: 4 }, 1, 64)).toThrow('conv1: expects 3 channels, gets 4');
  });
});
