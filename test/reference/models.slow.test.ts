import { describe, expect, it } from 'vitest';
import { evaluate } from '../../reference/evaluate.ts';
import { countParameters, graphParameters, inferShapes, nodeParameters } from '../../reference/graph.ts';
import { buildModel, FAMILIES, findModel, MODELS, type ModelRow } from '../../reference/models/models.ts';
import { sizeOf } from '../../reference/tensor.ts';
import { seededInput, seededTensor, seededWeights } from '../../reference/weights/seeded.ts';

const ROWS = MODELS.map((row) => [row.id, row] as const);

const rowOf = (id: string): ModelRow => {
  const row = findModel(id);
  if (row === undefined) throw new Error(`no ${id}`);
  return row;
};

/** What a rounded figure such as '36.5M' may be off by: half of its last digit. */
function interval(rounded: string): [low: number, high: number] {
  const [, whole = '', fraction = ''] = rounded.match(/^(\d+)(?:\.(\d+))?M$/) ?? [];
  const unit = 1e6 / 10 ** fraction.length;
  const middle = Number(`${whole}${fraction}`) * unit;
  return [middle - unit / 2, middle + unit / 2];
}

describe.each(ROWS)('%s', (_, row) => {
  const graph = buildModel(row);

  it('has exactly the published number of parameters', () => {
    expect(countParameters(graph)).toBe(row.parameters);
    if (row.rounded === undefined) return;
    const [low, high] = interval(row.rounded);
    expect(row.parameters).toBeGreaterThanOrEqual(low);
    expect(row.parameters).toBeLessThan(high);
  });

  it('has shapes that fit at its own size, and the last before pooling that its paper gives', () => {
    const { size, classes } = FAMILIES[row.family];
    const shapes = inferShapes(graph, 2, size);
    expect(shapes.get(graph.output)).toEqual([2, classes]);
    const last = [...graph.stages.values()].at(-1) ?? '';
    expect(shapes.get(last)?.slice(2)).toEqual(
      ({ 224: [7, 7], 32: [8, 8], 37: [19, 19] } as { [size: number]: number[] })[size],
    );
  });

  it('names no parameter twice', () => {
    const names = graphParameters(graph).map((spec) => spec.name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('counts', () => {
  const weights = (id: string, ...ops: string[]) =>
    buildModel(rowOf(id))
      .nodes.filter((node) => ops.includes(node.op))
      .flatMap(nodeParameters)
      .reduce((sum, { shape }) => sum + sizeOf(shape), 0);

  it("are He's 10.2M for preact_resnet1001 without its normalisations", () => {
    expect((weights('preact_resnet1001', 'Conv', 'Gemm') / 1e6).toFixed(1)).toBe('10.2');
  });

  it("are the 78,666 values that MLPerf Tiny's resnet8 stores, statistics included", () => {
    expect(weights('resnet8', 'Conv', 'Gemm', 'BatchNormalization')).toBe(78_666);
  });
});

describe('v1', () => {
  it('strides in the 1×1 convolution where v1.5 does in the 3×3, and differs in nothing else', () => {
    const strides = (id: string) =>
      buildModel(rowOf(id)).nodes.flatMap((node) => (node.op === 'Conv' && node.strides[0] > 1 ? [node.name] : []));
    expect(strides('resnet50')).toContain('layer2.0.conv2');
    expect(strides('resnet50_v1')).toEqual(strides('resnet50').map((name) => name.replace('0.conv2', '0.conv1')));
  });
});

describe('an architecture spelled out', () => {
  it('is the one of the table that has its figures', () => {
    const same: [string, string][] = [
      ['resnet[3.4.6.3]-bottleneck-w4-g32', 'resnext50_32x4d'],
      ['resnet[3.4.6.3]-bottleneck-w128', 'wide_resnet50_2'],
      ['resnet[2.2.2.2]-basic', 'resnet18'],
    ];
    for (const [spelled, id] of same) {
      expect(rowOf(spelled).parameters).toBe(rowOf(id).parameters);
      expect(buildModel(rowOf(spelled)).nodes).toEqual(buildModel(rowOf(id)).nodes);
    }
  });

  it('is not what ends in a tag, nor any other unknown name', () => {
    expect(findModel('resnet[2.2.2.2]-basic.seed0')).toBeUndefined();
    expect(findModel('resnet[2.2.2]-basic.seed0')).toBeUndefined();
    expect(findModel('resnet51')).toBeUndefined();
  });

  it.each([
    ['resnet[2.2.2]-basic', "'[2.2.2]' must be four numbers of blocks from 1 to 100"],
    ['resnet[2.2.2.0]-basic', 'four numbers of blocks'],
    ['resnet[2.2.2.-1]-basic', 'four numbers of blocks'],
    ['resnet[2.2.2.1e3]-basic', 'four numbers of blocks'],
    ['resnet[2.2.2.2', 'four numbers of blocks'],
    ['resnet[2.2.2.2]', 'its block must be basic or bottleneck; write resnet[3.4.6.3]-basic'],
    ['resnet[2.2.2.2]basic', 'its block must be basic or bottleneck'],
    ['resnet[2.2.2.2]-bottle', 'its block must be basic or bottleneck'],
    ['resnet[2.2.2.2]-basic-w128', 'only bottlenecks have a width and groups'],
    ['resnet[2.2.2.2]-bottleneck-w0', "'w0' must be w and a number from 1 to 1024"],
    ['resnet[2.2.2.2]-bottleneck-g2000', "'g2000' must be g and a number from 1 to 1024"],
    ['resnet[2.2.2.2]-bottleneck-w4-w8', "unknown or repeated option in 'w4-w8'"],
    ['resnet[2.2.2.2]-bottleneck-x4', "unknown or repeated option in 'x4'"],
    ['resnet[9.9.9.9]-bottleneck-w1024-g64', 'parameters, more than 500000000'],
  ])('%s: %s', (id, message) => {
    expect(() => findModel(id)).toThrow(message);
  });
});

describe('names', () => {
  it("are torchvision's, blocks and projections included", () => {
    const names = buildModel(rowOf('resnet50')).nodes.map((node) => node.name);
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

  // float16 and int8 need this; of each family the deepest that is quick.
  it.each([
    'resnet18',
    'resnet152',
    'resnet152_v1',
    'resnext50_32x4d',
    'wide_resnet50_2',
    'resnet[8.8.8.8]-bottleneck-w8-g4',
    'preact_resnet18',
    'preact_resnet152',
    'convnext_small',
    'resnet56',
    'resnet110',
    'resnet8',
    'preact_resnet110',
    'preact_resnet1001',
    'wide_resnet40_4',
    'resnext29_8x64d',
  ])(
    'keep activations of %s of order one at every stage',
    (id) => {
      const graph = buildModel(rowOf(id));
      const input = seededTensor(0, 1, 3, 32);
      const outputs = evaluate(graph, seededWeights(graph, 0), input);
      for (const node of [...graph.stages.values(), graph.output]) {
        const level = rms(outputs.get(node)?.data ?? new Float64Array(0));
        expect(level, node).toBeGreaterThan(0.1);
        expect(level, node).toBeLessThan(10);
      }
    },
    60_000,
  );

  it('give different answers to different inputs, so that a stale result shows', () => {
    const graph = buildModel(rowOf('resnet20'));
    const weights = seededWeights(graph, 0);
    const [a, b] = [0, 1].map((index) => {
      const data = Float64Array.from(seededInput(index, 1, 3, 32));
      return evaluate(graph, weights, { shape: [1, 3, 32, 32], data }).get(graph.output)?.data ?? new Float64Array(0);
    });
    const difference = Float64Array.from(a ?? [], (value, i) => value - (b?.[i] ?? 0));
    expect(rms(difference) / rms(a ?? new Float64Array(1))).toBeGreaterThan(0.01);
  });

  it('refuse an input that a network cannot take', () => {
    expect(() => inferShapes({ ...buildModel(rowOf('resnet18')), channels: 4 }, 1, 64)).toThrow(
      'conv1: expects 3 channels, gets 4',
    );
  });
});
