import { describe, expect, it } from 'vitest';
import { evaluateNode } from '../../reference/evaluate.ts';
import type { Node } from '../../reference/graph.ts';
import { FLOAT32, truth } from '../../reference/judge/bounds.ts';
import { emulate, emulateNode } from '../../reference/judge/emulate.ts';
import { judgeNode } from '../../reference/judge/node.ts';
import { judge } from '../../reference/judge/verdict.ts';
import { orderOf, type Way } from '../../reference/ops/way.ts';
import { foldBatchNorm } from '../../reference/passes/fold-batch-norm.ts';
import { random } from '../../reference/random.ts';
import { sizeOf, type Tensor } from '../../reference/tensor.ts';
import { seededTensor } from '../../reference/weights/seeded.ts';
import { oddWeights } from '../alarms/weights.ts';
import { graphOf } from './graphs.ts';

const { fround } = Math;
const [BASE] = FLOAT32.ways.direct;
if (BASE === undefined) throw new Error('no way to compute');
const WAYS: readonly Way[] = [
  BASE,
  { ...BASE, id: 'fused', rounding: 'fused' },
  { ...BASE, id: 'reversed', order: 'reversed' },
  { ...BASE, id: 'channels last', order: 'channels last', biasFirst: true },
  { ...BASE, id: 'random', order: { seed: 4 }, rounding: 'fused', biasFirst: true },
  { ...BASE, id: 'blocks', block: 5 },
];

function drawn(seed: number, shape: readonly number[]): Tensor {
  const next = random(seed);
  return { shape, data: Float64Array.from({ length: sizeOf(shape) }, () => fround(next() * 2 - 1)) };
}

const x = drawn(1, [2, 6, 7, 9]);
const weights = new Map([
  ['conv.weight', Float32Array.from(drawn(2, [4, 3, 3, 3]).data)],
  ['conv.bias', Float32Array.from(drawn(3, [4]).data)],
]);
const node: Node = {
  ...{ name: 'conv', inputs: ['input'], op: 'Conv', in: 6, out: 4, kernel: [3, 3], group: 2, bias: true },
  ...{ strides: [1, 1], pads: [1, 1, 1, 1] },
};
const shape = [2, 4, 7, 9];

/** One output value, written down as the definition says: products and sums rounded one after the other. */
function defined(at: readonly [number, number, number, number], way: Way): number {
  const [image, filter, row, column] = at;
  const weight = weights.get('conv.weight') as Float32Array;
  const bias = (weights.get('conv.bias') as Float32Array)[filter] as number;
  const order = orderOf(way.order, 3, 9) ?? Int32Array.from({ length: 27 }, (_, i) => i);
  const block = way.block ?? 27;
  let total = way.biasFirst ? bias : 0;
  for (let start = 0; start < 27; start += block) {
    let sum = way.block === undefined ? total : 0;
    for (const i of order.subarray(start, start + block)) {
      const [channel, ky, kx] = [Math.floor(i / 9), Math.floor(i / 3) % 3, i % 3];
      const [y, position] = [row + ky - 1, column + kx - 1];
      const inside = y >= 0 && y < 7 && position >= 0 && position < 9;
      const plane = image * 6 + Math.floor(filter / 2) * 3 + channel;
      const value = inside ? (x.data[(plane * 7 + y) * 9 + position] as number) : 0;
      const product = value * (weight[filter * 27 + i] as number);
      sum = fround(sum + (way.rounding === 'fused' ? product : fround(product)));
    }
    total = way.block === undefined ? sum : fround(total + sum);
  }
  return way.biasFirst ? total : fround(total + bias);
}

describe('a convolution in float32', () => {
  it.each(WAYS.map((way) => [way.id, way] as const))('%s: is the definition’s, bit for bit', (_, way) => {
    const { data } = emulateNode({ node, inputs: [x], weights, shape }, way);
    const expected = new Float64Array(data.length);
    for (let i = 0; i < data.length; i++)
      expected[i] = defined([Math.floor(i / 252), Math.floor(i / 63) % 4, Math.floor(i / 9) % 7, i % 9], way);
    expect(data).toEqual(expected);
  });

  it.each([2, 4] as const)('by Winograd’s F(%i×%i) is the convolution, to rounding', (winograd) => {
    const exact = evaluateNode(node, [x], weights, shape);
    const output = emulateNode({ node, inputs: [x], weights, shape }, { ...BASE, winograd });
    const errors = output.data.map((value, i) => Math.abs(value - (exact.data[i] as number)));
    expect(Math.max(...errors)).toBeGreaterThan(0);
    expect(Math.max(...errors)).toBeLessThan(1e-5);
    const direct = emulateNode({ node, inputs: [x], weights, shape }, BASE);
    expect(output.data).not.toEqual(direct.data);
  });
});

/** Right implementations of a node alone: none may be beyond its worst case, nor beyond what right ones do. */
describe('a right node', () => {
  const held: readonly Way[] = [
    ...WAYS,
    { ...BASE, id: 'F(2×2)', winograd: 2, rounding: 'fused' },
    { ...BASE, id: 'F(4×4)', winograd: 4, order: { seed: 8 } },
  ];
  it.each(held.map((way) => [way.id, way] as const))('%s: is proven wrong by no bound', (_, way) => {
    const output = emulateNode({ node, inputs: [x], weights, shape }, way);
    const { proof, fit } = judgeNode({ node, inputs: [x], output: output.data, weights }, FLOAT32);
    expect(proof.ratio).toBeLessThanOrEqual(1);
    expect(fit?.wide).toBeLessThanOrEqual(1);
  });

  it('with one weight off by a thousandth of their size is not one of them, and with one dropped bias not right', () => {
    const off = (name: string, change: number) => {
      const data = (weights.get(name) as Float32Array).slice();
      data[0] = change === 0 ? 0 : (data[0] as number) + change;
      const output = emulateNode({ node, inputs: [x], weights: new Map(weights).set(name, data), shape }, BASE);
      return judgeNode({ node, inputs: [x], output: output.data, weights }, FLOAT32);
    };
    expect(off('conv.weight', 1e-3 / Math.sqrt(3)).fit?.wide).toBeGreaterThan(1);
    expect(off('conv.bias', 0).proof.ratio).toBeGreaterThan(1);
  });
});

describe('limits of a whole network', () => {
  const graph = graphOf('resnet8');
  it.each(['constant', 'sparse', 'heavy tails', 'all positive', 'one giant channel'] as const)(
    'are kept by right implementations with %s weights',
    (kind) => {
      const own = oddWeights(graph, kind, 3);
      const input = seededTensor(5, 1, 3, 32);
      const wanted = new Map([...graph.stages, ['logits', graph.output]]);
      const truths = truth({ graph, weights: own, input }, wanted, FLOAT32);
      const folded = foldBatchNorm(graph, own);
      const taps = new Map([...folded.graph.stages, ['logits', folded.graph.output]]);
      for (const way of [{ ...BASE, order: { seed: 21 } }, { ...BASE, winograd: 4, block: 8 } as const])
        emulate({ graph: folded.graph, weights: folded.weights, input }, way, ({ name }, output) => {
          for (const [tap, of] of taps) {
            const one = truths.get(tap);
            if (of !== name || one === undefined) continue;
            const { ratio, wide } = judge(output.data, one);
            expect(way.winograd === undefined ? ratio : wide, `${tap} ${way.id}`).toBeLessThanOrEqual(1);
          }
        });
    },
  );
});
