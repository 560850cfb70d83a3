import { describe, expect, it } from 'vitest';
import { evaluateNode } from '../../reference/evaluate.ts';
import { TINY } from '../../reference/float32.ts';
import { type Graph, INPUT, type Node, type Op } from '../../reference/graph.ts';
import { FLOAT32, truth } from '../../reference/judge/bounds.ts';
import { isRight, judge } from '../../reference/judge/verdict.ts';
import { rigorousBound } from '../../reference/judge/worst-case.ts';
import { random } from '../../reference/random.ts';
import { sizeOf, type Tensor, type Weights } from '../../reference/tensor.ts';

const { NaN: NAN } = Number;
const tensor = (shape: number[], ...data: number[]): Tensor => ({ shape, data: Float64Array.from(data) });
const node = (op: Op): Node => ({ name: 'n', inputs: [INPUT], ...op });
const apply = (op: Op, inputs: Tensor[], weights: { [name: string]: number[] }, shape: number[]) => [
  ...evaluateNode(node(op), inputs, toWeights(weights), shape).data,
];
const toWeights = (weights: { [name: string]: number[] }): Weights =>
  new Map(Object.entries(weights).map(([name, values]) => [`n.${name}`, Float32Array.from(values)]));

const CONV = { op: 'Conv', in: 1, out: 1, strides: [1, 1], group: 1, bias: false } as const;
const SAME = { ...CONV, kernel: [3, 3], pads: [1, 1, 1, 1] } as const;
const ones = (count: number) => new Array<number>(count).fill(1);

describe('special values in the reference', () => {
  it('Relu keeps NaN and +∞, and drops −∞', () => {
    expect(apply({ op: 'Relu' }, [tensor([5], NAN, Infinity, -Infinity, -0, 1)], {}, [5])).toEqual([
      ...[NAN, Infinity, 0, 0, 1],
    ]);
  });

  it('Add is IEEE’s', () => {
    const x = tensor([4], Infinity, Infinity, NAN, -0);
    expect(apply({ op: 'Add' }, [x, tensor([4], 1, -Infinity, 1, -0)], {}, [4])).toEqual([Infinity, NAN, NAN, -0]);
  });

  it('BatchNormalization multiplies an infinity with 0 to NaN', () => {
    const x = tensor([1, 2, 1, 2], Infinity, NAN, Infinity, -Infinity);
    const weights = { weight: [0, -1], bias: [1, 1], running_mean: [0, 0], running_var: [1, 1] };
    const op = { op: 'BatchNormalization', channels: 2, epsilon: 0 } as const;
    expect(apply(op, [x], weights, [1, 2, 1, 2])).toEqual([NAN, NAN, -Infinity, Infinity]);
  });

  it('MaxPool lets NaN win wherever it stands, −∞ win over padding, and padding over nothing', () => {
    const op = { op: 'MaxPool', kernel: [2, 2], strides: [2, 2], pads: [1, 1, 1, 1] } as const;
    for (let at = 0; at < 4; at++) {
      const values = [-1, 7, Infinity, -Infinity];
      values[at] = NAN;
      const whole = { op: 'MaxPool', kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] } as const;
      expect(apply(whole, [tensor([1, 1, 2, 2], ...values)], {}, [1, 1, 1, 1])).toEqual([NAN]);
    }
    const low = tensor([1, 1, 2, 2], -Infinity, -Infinity, -Infinity, -2);
    expect(apply(op, [low], {}, [1, 1, 2, 2])).toEqual([-Infinity, -Infinity, -Infinity, -2]);
  });

  it('GlobalAveragePool does not overflow where its mean does not', () => {
    const x = tensor([1, 3, 1, 2], 3e38, 3e38, Infinity, -Infinity, Infinity, 1);
    expect(apply({ op: 'GlobalAveragePool' }, [x], {}, [1, 3, 1, 1])).toEqual([3e38, NAN, Infinity]);
  });

  it('Conv spoils what sees the value, and nothing else', () => {
    const data = ones(16);
    data[0] = NAN;
    const out = apply(SAME, [tensor([1, 1, 4, 4], ...data)], { weight: ones(9) }, [1, 1, 4, 4]);
    expect(out.flatMap((value, i) => (Number.isNaN(value) ? [i] : []))).toEqual([0, 1, 4, 5]);
  });

  it('Conv does not multiply padding with an infinite weight', () => {
    const weight = [Infinity, ...new Array<number>(8).fill(0)];
    const out = apply(SAME, [tensor([1, 1, 2, 2], 1, 0, 1, 1)], { weight }, [1, 1, 2, 2]);
    // The first tap looks up and left, which is inside the image for the last pixel only.
    expect(out).toEqual([0, 0, 0, Infinity]);
    // A zero of the image is another matter.
    expect(apply(SAME, [tensor([1, 1, 2, 2], 0, 0, 1, 1)], { weight }, [1, 1, 2, 2])[3]).toBeNaN();
  });

  it.each([
    // Less than a block of the kernel's, and in both directions a little more than one.
    { channels: 2, filters: 3, size: [5, 6] },
    { channels: 45, filters: 5, size: [13, 14] },
  ])(
    'Conv computes the same with and without its kernel: $channels channels a group',
    ({ channels, filters, size }) => {
      const next = random(1);
      const [rows = 0, columns = 0] = size;
      const counts = { in: 2 * channels, out: 2 * filters, group: 2 };
      const op = { op: 'Conv', ...counts, kernel: [3, 2], strides: [2, 1], pads: [0, 1, 1, 0] } as const;
      const values = (shape: number[]) => Array.from({ length: sizeOf(shape) }, () => next() - 0.5);
      const x = tensor([2, op.in, rows, columns], ...values([2, op.in, rows, columns]));
      const parameters = { weight: values([op.out, channels, 3, 2]), bias: values([op.out]) };
      const shape = [2, op.out, Math.floor((rows - 2) / 2) + 1, columns];
      const usual = apply({ ...op, bias: true }, [x], parameters, shape);
      const spoilt = { ...parameters, weight: parameters.weight.map((value, i) => (i === 0 ? Infinity : value)) };
      const other = apply({ ...op, bias: true }, [x], spoilt, shape);
      expect(other.filter((value) => !Number.isFinite(value)).length).toBeGreaterThan(0);
      const area = sizeOf(shape.slice(2));
      for (const [i, value] of usual.entries())
        if (Math.floor(i / area) % op.out > 0) expect(other[i]).toBeCloseTo(value, 13);
    },
  );

  it('Gemm is IEEE’s', () => {
    const op = { op: 'Gemm', in: 2, out: 2 } as const;
    const weights = { weight: [1, 1, 0, 1], bias: [0, 0] };
    expect(apply(op, [tensor([1, 2], Infinity, 1)], weights, [1, 2])).toEqual([Infinity, NAN]);
  });
});

describe('bounds of special values', () => {
  const graph: Graph = {
    ...{ name: 'special', channels: 1, output: 'pool', stages: new Map() },
    nodes: [
      { name: 'conv', inputs: [INPUT], ...SAME },
      { name: 'relu', inputs: ['conv'], op: 'Relu' },
      { name: 'pool', inputs: ['relu'], op: 'MaxPool', kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] },
    ],
  };
  const weights: Weights = new Map([['conv.weight', Float32Array.from(ones(9))]]);
  const wanted = new Map(graph.nodes.map(({ name }) => [name, name]));

  it.each([NAN, Infinity, -Infinity])('are known wherever the truth is finite, beside %d', (value) => {
    const data = ones(36);
    data[0] = value;
    const truths = truth({ graph, weights, input: tensor([1, 1, 6, 6], ...data) }, wanted, FLOAT32);
    for (const [name, one] of truths) {
      const { value, limits } = one;
      expect(limits?.direct.largest, name).toBeGreaterThan(0);
      expect(limits?.wide.largest, name).toBeLessThan(1e-4);
      expect(isRight(judge(value.data, one)), name).toBe(true);
      expect(
        isRight(
          judge(
            value.data.map(() => 9),
            one,
          ),
        ),
        name,
      ).toBe(false);
    }
  });

  it('allow a denormal to be flushed, as input and as result, and nothing more', () => {
    const x = tensor([1, 1, 3, 3], ...ones(9).map((_, i) => (i + 1) * 1e-40));
    const op = node({ ...SAME });
    const large = new Map([['n.weight', Float32Array.from(ones(9).map(() => 1000))]]);
    const exact = evaluateNode(op, [x], large, [1, 1, 3, 3]);
    const allowed = rigorousBound(
      { node: op, inputs: [x], output: exact, weights: large },
      [new Float64Array(9)],
      FLOAT32,
    );
    expect(isRight(judge(new Float64Array(9), { value: exact, allowed, limits: undefined }))).toBe(true);
    expect(isRight(judge(new Float64Array(9).fill(1e5 * TINY), { value: exact, allowed, limits: undefined }))).toBe(
      false,
    );
  });
});
