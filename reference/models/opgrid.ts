import type { Graph, Op, OpOf, Pads } from '../graph.ts';
import { ADD, batchNorm, builder, conv, INPUT, type Published, RELU } from './build.ts';

export type OpGridRow = Published & { readonly family: 'opgrid'; readonly id: string };

/**
 * A convolution that no published network has: with numbers of channels that no vector width divides, and the given
 * padding.
 */
function odd(input: number, out: number, kernel: number, stride: number, pads: Pads, group = 1): OpOf<'Conv'> {
  return { ...conv(input, out, kernel, stride), pads, group, bias: true };
}

const even = (pad: number): Pads => [pad, pad, pad, pad];
/**
 * TensorFlow's SAME at stride 2: the odd row or column of padding is at the end (SAME_UPPER) or the start (SAME_LOWER).
 */
const UPPER: Pads = [0, 0, 1, 1];
const LOWER: Pads = [1, 1, 0, 0];

/**
 * Not a network to train: the family's operators in shapes that published networks do not have, [N, 3, 37, 37] to [N,
 * classes]. Odd sizes, channels that are not a multiple of 4, uneven padding at stride 2, kernels of even width,
 * strides larger than the kernel, groups of different width in and out.
 */
export function buildOpGrid(row: OpGridRow, classes: number): Graph {
  const b = builder();
  const relu = (name: string, input: string) => b.add(`${name}.relu`, RELU, input);
  let x = relu('first', b.add('first', odd(3, 5, 3, 1, even(1)), INPUT));
  x = relu('pointwise', b.add('pointwise.bn', batchNorm(7), b.add('pointwise', conv(5, 7, 1, 1), x)));
  const wide = b.add('wide', odd(7, 7, 7, 1, even(3), 7), x);
  x = b.add('norm', { op: 'LayerNormalization', channels: 7, epsilon: 1e-6 }, wide);
  x = b.add('gelu', { op: 'Gelu' }, x);
  x = b.add('add', ADD, b.add('scale', { op: 'Mul', channels: 7 }, x), wide);
  b.stage('full', x);
  const pool = (name: string, kernel: number, stride: number, pads: Pads): Op & { name: string } => ({
    ...{ name, op: 'MaxPool', kernel: [kernel, kernel], strides: [stride, stride], pads },
  });
  // Branches of one input, so that each gets the odd size. All but one end here, and are joined by their averages.
  const branches: [string, Op][] = [
    ['upper', odd(7, 12, 3, 2, UPPER)],
    ['lower', odd(7, 12, 3, 2, LOWER)],
    ['valid', odd(7, 12, 3, 2, even(0))],
    ['same', odd(7, 12, 3, 2, even(1))],
    ['five', odd(7, 12, 5, 2, even(2))],
    ['two', odd(7, 12, 2, 2, even(0))],
    ['four', odd(7, 12, 4, 4, even(0))],
    ['sparse', odd(7, 12, 1, 2, even(0))],
    ['beyond', odd(7, 12, 1, 3, even(0))],
  ];
  const ends = branches.map(([name, op]) =>
    b.add(`${name}.mean`, { op: 'GlobalAveragePool' }, relu(name, b.add(name, op, x))),
  );
  for (const { name, ...op } of [
    pool('pool.same', 3, 2, even(1)),
    pool('pool.upper', 3, 2, UPPER),
    pool('pool.two', 2, 2, even(0)),
  ]) {
    const widened = b.add(`${name}.widen`, odd(7, 12, 1, 1, even(0)), b.add(name, op, x));
    ends.push(b.add(`${name}.mean`, { op: 'GlobalAveragePool' }, widened));
  }
  x = b.add('pad', { op: 'Pad', channels: [2, 3] }, b.add('slice', { op: 'Slice', steps: [2, 2] }, x));
  b.stage('half', x);
  x = relu('grouped', b.add('grouped', odd(12, 20, 3, 1, even(1), 4), x));
  x = relu('depthwise', b.add('depthwise', odd(20, 20, 3, 2, even(1), 20), x));
  x = b.add('last', odd(20, 12, 1, 1, even(0)), x);
  ends.push(b.add('last.mean', { op: 'GlobalAveragePool' }, x));
  const sum = ends.reduce((a, c, i) => b.add(`join${i}`, ADD, a, c));
  b.add('fc', { op: 'Gemm', in: 12, out: classes }, b.add('flatten', { op: 'Flatten' }, sum));
  return b.finish(row.id, 3);
}
