import { describe, expect, it } from 'vitest';
import { evaluate, evaluateNode } from '../../reference/evaluate.ts';
import { type Graph, INPUT, inferShapes, type Op } from '../../reference/graph.ts';
import { FLOAT32, truth } from '../../reference/judge/bounds.ts';
import { isRight, judge } from '../../reference/judge/verdict.ts';
import { erfc } from '../../reference/ops/erf.ts';
import type { Tensor, Weights } from '../../reference/tensor.ts';
import { seededTensor, seededWeights } from '../../reference/weights/seeded.ts';
import { graphOf } from './graphs.ts';

const vector = (...values: number[]): Tensor => ({ shape: [values.length], data: Float64Array.from(values) });

/** A node's output, of its input's shape. */
const outputOf = (op: Op, x: Tensor, weights: Weights): number[] => [
  ...evaluateNode({ name: 'n', inputs: [INPUT], ...op }, [x], weights, x.shape).data,
];
const gelu = (...values: number[]) => outputOf({ op: 'Gelu' }, vector(...values), new Map());

describe('the complementary error function', () => {
  // mpmath, 30 digits; the approximations meet at 0.46875 and at 4.
  it.each([
    [0.25, 0.7236736098317631],
    [0.46875, 0.507386526782062],
    [0.5, 0.4795001221869535],
    [1, 0.15729920705028513],
    [2.5, 0.0004069520174449589],
    [4, 1.541725790028002e-8],
    [5.5, 7.357847917974398e-15],
    [-0.75, 1.7111556336535152],
    [-3, 1.9999779095030015],
  ])('of %d is right to 1e-15', (x, expected) => {
    expect(Math.abs(erfc(x) / expected - 1)).toBeLessThan(1e-15);
  });

  it('keeps its limits and what is no number', () => {
    expect([0, 40, -40, Infinity, -Infinity].map(erfc)).toEqual([1, 0, 2, 0, 2]);
    expect(erfc(Number.NaN)).toBeNaN();
  });
});

describe('Gelu', () => {
  it('is right far to the left, where 1 + erf cancels', () => {
    const expected = [-4.976768459417427e-15, -0.1002108019032871, 0.5306254434438489, 2.99595030590511];
    for (const [i, value] of gelu(-8, -1.5, 0.7, 3).entries()) expect(value / (expected[i] ?? 0)).toBeCloseTo(1, 13);
  });

  it('is nowhere steeper than its worst-case bound assumes, and is about that steep at √2', () => {
    const slope = (x: number) => {
      const [low = 0, high = 0] = gelu(x - 1e-6, x + 1e-6);
      return Math.abs(high - low) / 2e-6;
    };
    for (let x = -6; x <= 6; x += 1 / 64) expect(slope(x)).toBeLessThan(1.129);
    expect(slope(Math.SQRT2)).toBeGreaterThan(1.1289);
  });
});

describe('layer normalisation', () => {
  it('makes the channels of each pixel of mean 0 and variance 1, then scales and shifts', () => {
    // Two channels, two pixels: (1, 3) and (−2, 8).
    const x = { shape: [1, 2, 1, 2], data: Float64Array.of(1, -2, 3, 8) };
    const normalised = (epsilon: number, weight: number[], bias: number[]) => {
      const weights = new Map([
        ['n.weight', Float32Array.from(weight)],
        ['n.bias', Float32Array.from(bias)],
      ]);
      return outputOf({ op: 'LayerNormalization', channels: 2, epsilon }, x, weights);
    };
    expect(normalised(0, [1, 2], [0, 10])).toEqual([-1, -1, 12, 12]);
    // Variances 1 and 25.
    expect(normalised(3, [1, 1], [0, 0])[0]).toBe(-0.5);
  });
});

describe("ConvNeXt's bound", () => {
  const graph = graphOf('convnext_test');
  const weights = seededWeights(graph, 0);
  const input = seededTensor(0, 1, 3, 64);
  const logits = truth({ graph, weights, input }, new Map([['logits', graph.output]]), FLOAT32).get('logits');
  if (logits === undefined) throw new Error('no logits');
  const verdict = (output: Tensor | undefined) => judge(output?.data ?? [], logits);

  /** The graph with every result rounded, and some nodes computed otherwise. */
  function run(
    round: (value: number) => number,
    other: (node: Graph['nodes'][number], x: Tensor) => Tensor | undefined,
  ) {
    const shapes = inferShapes(graph, 1, 64);
    const values = new Map<string, Tensor>([[INPUT, input]]);
    for (const node of graph.nodes) {
      const inputs = node.inputs.flatMap((name) => values.get(name) ?? []);
      const [x] = inputs;
      if (x === undefined) throw new Error(`${node.name}: no input`);
      const exact = other(node, x) ?? evaluateNode(node, inputs, weights, shapes.get(node.name) ?? []);
      values.set(node.name, { shape: exact.shape, data: exact.data.map(round) });
    }
    return values.get(graph.output);
  }

  it('admits an evaluation rounded to float32 at every node, and little more', () => {
    expect(isRight(verdict(run(Math.fround, () => undefined)))).toBe(true);
    const scale = Math.max(...logits.value.data.map(Math.abs));
    expect(Math.max(...logits.allowed) / scale).toBeLessThan(1e-4);
  });

  it("catches Gelu's tanh approximation in one layer", () => {
    const tanh = (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
    const wrong = run(
      (value) => value,
      (node, x) => (node.name === 'features.5.0.block.4' ? { shape: x.shape, data: x.data.map(tanh) } : undefined),
    );
    expect(isRight(verdict(wrong))).toBe(false);
  });

  it('catches another epsilon in one layer normalisation, and a layer scale left out', () => {
    const epsilon = graph.nodes.map((node) =>
      node.op === 'LayerNormalization' && node.name === 'features.2.0' ? { ...node, epsilon: 1e-3 } : node,
    );
    expect(isRight(verdict(evaluate({ ...graph, nodes: epsilon }, weights, input).get(graph.output)))).toBe(false);
    const unscaled = run(
      (value) => value,
      (node, x) => (node.name === 'features.3.0' ? x : undefined),
    );
    expect(isRight(verdict(unscaled))).toBe(false);
  });
});
