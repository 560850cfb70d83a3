import { describe, expect, it } from 'vitest';
import { analyse } from '../../reference/analysis.ts';
import { countParameters } from '../../reference/graph.ts';
import { buildModel, FAMILIES, MODELS } from '../../reference/models/models.ts';
import { graphOf } from './graphs.ts';

const nativeSize = (id: string) => FAMILIES[MODELS.find((row) => row.id === id)?.family ?? 'resnet'].size;
const at = (id: string) => analyse(graphOf(id), 1, nativeSize(id));

describe('multiply-adds', () => {
  it.each(MODELS.flatMap((row) => (row.gmacs === undefined ? [] : [[row.id, row.gmacs] as const])))(
    'of %s are the published %s·10⁹, as rounded',
    (id, gmacs) => {
      expect(Math.abs(at(id).macs / 1e9 - Number(gmacs))).toBeLessThanOrEqual(0.00051);
    },
  );

  it('grow with the batch, and parameters do not', () => {
    const [one, three] = [1, 3].map((batch) => analyse(graphOf('resnet20'), batch, 32));
    expect(three?.macs).toBe(3 * (one?.macs ?? 0));
    expect(three?.bytes).toBe(3 * (one?.bytes ?? 0));
    expect(three?.parameters).toBe(one?.parameters);
  });
});

describe('parameters', () => {
  it.each(MODELS.map((row) => [row.id, row] as const))('of %s add up, layer by layer', (_, row) => {
    const graph = buildModel(row);
    expect(analyse(graph, 1, FAMILIES[row.family].size).parameters).toBe(countParameters(graph));
  });

  it('and statistics are apart', () => {
    expect(at('resnet8')).toMatchObject({ parameters: 78_186, buffers: 480 });
  });
});

describe('the receptive field', () => {
  const fieldOf = (id: string) => at(id).stages.at(-1)?.field;

  // Araujo et al. 2019, table of ImageNet networks: their ResNets have the stride in the 1×1 convolution.
  it.each([
    ['resnet50_v1', 483],
    ['resnet101_v1', 1027],
    ['resnet152_v1', 1507],
  ])('of %s is the published %i', (id, size) => {
    expect(fieldOf(id)).toEqual({ size: [size, size], stride: [32, 32] });
  });

  it('of v1.5 is smaller, since its 3×3 convolutions see the finer side of a stride', () => {
    expect(at('resnet50').stages.map(({ field }) => field.size[0])).toEqual([35, 91, 267, 427]);
    expect(at('resnet50_v1').stages.map(({ field }) => field.size[0])).toEqual([35, 99, 291, 483]);
  });

  it('of a network of two 3×3 convolutions at stride 2 and 1 is 7', () => {
    // 1 + 2·1 + 2·2.
    const op = { op: 'Conv', in: 3, out: 3, kernel: [3, 3], pads: [1, 1, 1, 1], group: 1, bias: false } as const;
    const nodes = [
      { name: 'a', inputs: ['input'], ...op, strides: [2, 2] as const },
      { name: 'b', inputs: ['a'], ...op, strides: [1, 1] as const },
    ];
    const graph = { name: 'two', channels: 3, nodes, output: 'b', stages: new Map([['b', 'b']]) };
    const { stages, bytes, peak, macs } = analyse(graph, 1, 8);
    expect(stages[0]?.field).toEqual({ size: [7, 7], stride: [2, 2] });
    expect(bytes).toBe(2 * 4 * 3 * 16);
    // The input and the first output.
    expect(peak).toBe(4 * 3 * (64 + 16));
    expect(macs).toBe(2 * 16 * 3 * 27);
  });

  it('is unlimited after the global pool', () => {
    const { layers } = at('resnet18');
    expect(layers.find(({ name }) => name === 'avgpool')?.field.size).toEqual([Infinity, Infinity]);
  });
});

describe('activations', () => {
  it('are alive from when they are computed to their last reader', () => {
    const { layers, peak } = at('resnet18');
    const alive = (name: string) => layers.find((one) => one.name === name)?.alive;
    const image = 4 * 64 * 56 * 56;
    // Beside its input and its output, the shortcut, which the block's end still reads.
    expect(alive('layer1.0.bn1')).toBe(3 * image);
    expect(alive('layer1.0.add')).toBe(3 * image);
    expect(alive('layer1.0.relu_1')).toBe(2 * image);
    expect(Math.max(...layers.map((one) => one.alive))).toBe(peak);
  });

  it('of resnet50 at 224×224 peak where the first stage ends', () => {
    const { peak, bytes, layers } = at('resnet50');
    const [, , relu, pool] = layers;
    expect(relu?.bytes).toBe(4 * 64 * 112 * 112);
    expect(pool?.bytes).toBe(4 * 64 * 56 * 56);
    // Three tensors of [256, 56, 56]: a block's input, its branch and their sum, or the branch before normalisation.
    expect(peak).toBe(3 * 4 * 256 * 56 * 56);
    expect(bytes).toBeGreaterThan(10 * peak);
  });
});
