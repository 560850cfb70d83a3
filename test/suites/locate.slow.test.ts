import { describe, expect, it } from 'vitest';
import { evaluateNode } from '../../reference/evaluate.ts';
import { FLOAT32 } from '../../reference/judge/bounds.ts';
import { emulateNode } from '../../reference/judge/emulate.ts';
import { buildModel, findModel } from '../../reference/models/models.ts';
import { foldBatchNorm } from '../../reference/passes/fold-batch-norm.ts';
import type { Tensor } from '../../reference/tensor.ts';
import { seededTensor, seededWeights } from '../../reference/weights/seeded.ts';
import { locate, type RunGraph } from '../../suites/locate/locate.ts';
import type { Suspect } from '../../suites/locate/suspect.ts';
import { graphOf } from '../reference/graphs.ts';
import { DEFECTS, type Defect, saboteur } from '../saboteur.ts';

const row = findModel('resnet20');
if (row === undefined) throw new Error('no resnet20');
const graph = buildModel(row);
const weights = seededWeights(graph, 0);
const input: Tensor = seededTensor(0, 1, 3, 32);

const suspect = (run: RunGraph): Suspect => ({
  run: async (piece, own, inputs) => Promise.all(inputs.map(async (x) => [await run(piece, own, x)])),
  own: undefined,
  arithmetic: FLOAT32,
  log: () => {},
});

const defect = (name: string): Defect => {
  const found = DEFECTS[name];
  if (found === undefined) throw new Error(name);
  return found;
};

/** Each defect in an early, a middle and a late node where it is possible. */
const MUTANTS: [defect: string, node: string][] = [
  ...['layer1.0.conv1', 'layer2.0.conv1', 'layer3.2.conv2'].flatMap((node): [string, string][] =>
    [
      'wrong stride',
      'wrong pad',
      'transposed weights',
      'ReLU where none belongs',
      'one channel 1 % too large',
      'float16 in one layer',
    ].map((name) => [name, node]),
  ),
  ...['bn1', 'layer2.1.bn2', 'layer3.2.bn1'].map((node): [string, string] => ['wrong epsilon', node]),
  ...['conv1', 'layer1.2.add', 'layer3.0.shortcut.pad', 'layer3.1.bn1'].map((node): [string, string] => [
    'swapped channels',
    node,
  ]),
  ...['layer1.1.relu', 'layer2.0.relu_1', 'layer3.1.relu'].map((node): [string, string] => ['missing ReLU', node]),
  ...['layer2.0.shortcut.slice', 'linear'].map((node): [string, string] => ['one channel 1 % too large', node]),
];

describe('locating', { timeout: 120_000 }, () => {
  it.each([
    ['kept', { graph, weights }],
    ['folded', foldBatchNorm(graph, weights)],
  ])('raises no alarm where nothing is wrong, with batch normalisation %s', async (_, form) => {
    expect(
      await locate(form.graph, form.weights, [input], suspect(saboteur('nowhere', defect('missing ReLU')))),
    ).toBeUndefined();
  });

  it('finds a defect that only the second input shows, and says which', async () => {
    const second = seededTensor(1, 1, 3, 32);
    const [right, wrong] = [saboteur('nowhere', defect('wrong pad')), saboteur('layer2.0.conv1', defect('wrong pad'))];
    // A piece gets one input only: that which showed the defect.
    const isSecond = (index: number, inputs: readonly Tensor[]) => index === inputs.length - 1;
    const planted: Suspect = {
      ...suspect(right),
      run: (piece, own, inputs) =>
        Promise.all(inputs.map(async (x, i) => [await (isSecond(i, inputs) ? wrong : right)(piece, own, x)])),
    };
    const located = await locate(graph, weights, [input, second], planted);
    expect(located?.node.name).toBe('layer2.0.conv1');
    expect(located?.whole.index).toBe(1);
    expect(located?.proved).toBe(true);
  });

  it.each(MUTANTS)('catches %s and names %s', async (name, node) => {
    const located = await locate(graph, weights, [input], suspect(saboteur(node, defect(name))));
    expect(located?.node.name).toBe(node);
    expect(located?.smallest.verdict.ratio).toBeGreaterThan(1);
    expect(located?.smallest.graph.nodes.length).toBeLessThanOrEqual(located?.whole.graph.nodes.length ?? 0);
  });

  describe('of a runtime that computes every convolution by Winograd’s algorithm', () => {
    const [direct] = FLOAT32.ways.direct;
    if (direct === undefined) throw new Error('no way to compute');
    const winograd: Defect = (node, inputs, of, shape) =>
      node.op === 'Conv'
        ? emulateNode(
            { node, inputs: inputs as [Tensor], weights: of, shape },
            { ...direct, winograd: 4, order: { seed: 3 } },
          )
        : evaluateNode(node, inputs, of, shape);

    it('says that it is less exact, and accuses no node', async () => {
      const located = await locate(graph, weights, [input], suspect(saboteur('nowhere', winograd, winograd)));
      expect(located).toMatchObject({ lessExact: true, proved: false });
      expect(located?.node.op).toBe('Conv');
    });

    it('names a later node that is wrong by less than the first limits show', async () => {
      const dropped = defect('one channel 1 % too large');
      const located = await locate(graph, weights, [input], suspect(saboteur('linear', dropped, winograd)));
      expect(located).toMatchObject({ lessExact: false, node: { name: 'linear' } });
    });
  });

  it.each(['features.1.0', 'features.1.0.block.2', 'features.1.0.block.4'])(
    'shrinks a defect of %s, which has a constant for each channel or none',
    async (node) => {
      const convnext = graphOf('convnext_test');
      const planted = saboteur(node, defect('one channel 1 % too large'));
      const located = await locate(convnext, seededWeights(convnext, 0), [seededTensor(0, 1, 3, 64)], suspect(planted));
      expect(located?.node.name).toBe(node);
      expect(located?.smallest.graph.channels).toBe(4);
    },
  );

  it('shrinks a defect of one convolution to that convolution alone, with few channels', async () => {
    const located = await locate(
      graph,
      weights,
      [input],
      suspect(saboteur('layer3.0.conv2', defect('ReLU where none belongs'))),
    );
    expect(located?.smallest.graph.nodes.map((node) => node.name)).toEqual(['layer3.0.conv2']);
    expect(located?.smallest.graph.channels).toBeLessThanOrEqual(2);
    expect(located?.smallest.input.shape[2]).toBeLessThanOrEqual(4);
  });
});
