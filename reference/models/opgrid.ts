import type { Graph, Op, OpOf, Pads } from '../graph.ts';
import { ADD, batchNorm, builder, conv, INPUT, type Published, RELU } from './build.ts';

export type OpGridRow = Published & { readonly family: 'opgrid'; readonly id: string };

/**
 * A convolution that no published network has: with numbers of channels that no vector width divides, and the given
 * padding.
 */
function odd(
  size: { readonly in: number; readonly out: number; readonly kernel: number; readonly stride: number },
  pads: Pads,
  group: number,
): OpOf<'Conv'> {
  return { ...conv(size.in, size.out, size.kernel, size.stride), pads, group, bias: true };
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
  let x = relu('first', b.add('first', odd({ in: 3, out: 5, kernel: 3, stride: 1 }, even(1), 1), INPUT));
  x = relu('pointwise', b.add('pointwise.bn', batchNorm(7), b.add('pointwise', conv(5, 7, 1, 1), x)));
  const wide = b.add('wide', odd({ in: 7, out: 7, kernel: 7, stride: 1 }, even(3), 7), x);
  x = b.add('norm', { op: 'LayerNormalization', channels: 7, epsilon: 1e-6 }, wide);
  x = b.add('gelu', { op: 'Gelu' }, x);
  x = b.add('add', ADD, b.add('scale', { op: 'Mul', channels: 7 }, x), wide);
  b.stage('full', x);
  const pool = (name: string, kernel: number, stride: number, pads: Pads): Op & { name: string } => ({
    ...{ name, op: 'MaxPool', kernel: [kernel, kernel], strides: [stride, stride], pads },
  });
  // Branches of one input, so that each gets the odd size. All but one end here, and are joined by their averages.
  const branches: [string, Op][] = [
    ['upper', odd({ in: 7, out: 12, kernel: 3, stride: 2 }, UPPER, 1)],
    ['lower', odd({ in: 7, out: 12, kernel: 3, stride: 2 }, LOWER, 1)],
    ['valid', odd({ in: 7, out: 12, kernel: 3, stride: 2 }, even(0), 1)],
    ['same', odd({ in: 7, out: 12, kernel: 3, stride: 2 }, even(1), 1)],
    ['five', odd({ in: 7, out: 12, kernel: 5, stride: 2 }, even(2), 1)],
    ['two', odd({ in: 7, out: 12, kernel: 2, stride: 2 }, even(0), 1)],
    ['four', odd({ in: 7, out: 12, kernel: 4, stride: 4 }, even(0), 1)],
    ['sparse', odd({ in: 7, out: 12, kernel: 1, stride: 2 }, even(0), 1)],
    ['beyond', odd({ in: 7, out: 12, kernel: 1, stride: 3 }, even(0), 1)],
  ];
  const ends = branches.map(([name, op]) =>
    b.add(`${name}.mean`, { op: 'GlobalAveragePool' }, relu(name, b.add(name, op, x))),
  );
  for (const { name, ...op } of [
    pool('pool.same', 3, 2, even(1)),
    pool('pool.upper', 3, 2, UPPER),
    pool('pool.two', 2, 2, even(0)),
  ]) {
    const widened = b.add(
      `${name}.widen`,
      odd({ in: 7, out: 12, kernel: 1, stride: 1 }, even(0), 1),
      b.add(name, op, x),
    );
    ends.push(b.add(`${name}.mean`, { op: 'GlobalAveragePool' }, widened));
  }
  x = b.add('pad', { op: 'Pad', channels: [2, 3] }, b.add('slice', { op: 'Slice', steps: [2, 2] }, x));
  b.stage('half', x);
  x = relu('grouped', b.add('grouped', odd({ in: 12, out: 20, kernel: 3, stride: 1 }, even(1), 4), x));
  x = relu('depthwise', b.add('depthwise', odd({ in: 20, out: 20, kernel: 3, stride: 2 }, even(1), 20), x));
  x = b.add('last', odd({ in: 20, out: 12, kernel: 1, stride: 1 }, even(0), 1), x);
  ends.push(b.add('last.mean', { op: 'GlobalAveragePool' }, x));
  const sum = ends.reduce((a, c, i) => b.add(`join${i}`, ADD, a, c));
  b.add('fc', { op: 'Gemm', in: 12, out: classes }, b.add('flatten', { op: 'Flatten' }, sum));
  return b.finish(row.id, 3);
}
