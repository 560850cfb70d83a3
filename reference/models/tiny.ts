import type { Graph, Op, OpOf, Pads } from '../graph.ts';
import { ADD, builder, conv, INPUT, type Published, RELU } from './build.ts';

export type TinyRow = Published & { readonly family: 'tiny'; readonly id: string };

/** Keras' batch normalisation has another epsilon than PyTorch's. */
const norm = (channels: number): Op => ({ op: 'BatchNormalization', channels, epsilon: 1e-3 });

/** A convolution with bias. At stride 2, TensorFlow's SAME pads an even size at the bottom and right only. */
function biased(input: number, out: number, kernel: number, stride: number): OpOf<'Conv'> {
  const op = conv(input, out, kernel, stride);
  const pads: Pads = stride === 2 && kernel === 3 ? [0, 0, 1, 1] : op.pads;
  return { ...op, pads, bias: true };
}

/**
 * MLPerf Tiny's image classifier, [N, 3, 32, 32] (raw 0…255) to logits [N, classes]: `resnet_v1_eembc` of
 * mlcommons/tiny, with Keras' layer names. The softmax at its end is left out, as in every other network here: it
 * changes no decision and hides differences. Sizes must be divisible by 4, where SAME pads as written here.
 */
export function buildTiny(row: TinyRow, classes: number): Graph {
  const b = builder();
  // The builder numbers layers of one name as Keras does: `conv2d`, `conv2d_1`, …
  const convNorm = (op: OpOf<'Conv'>, input: string) =>
    b.add('batch_normalization', norm(op.out), b.add('conv2d', op, input));
  let x = b.add('activation', RELU, convNorm(biased(3, 16, 3, 1), INPUT));
  let channels = 16;
  for (const [stage, out] of [16, 32, 64].entries()) {
    const stride = stage === 0 ? 1 : 2;
    let y = b.add('activation', RELU, convNorm(biased(channels, out, 3, stride), x));
    y = convNorm(biased(out, out, 3, 1), y);
    if (stride !== 1) x = b.add('conv2d', biased(channels, out, 1, stride), x);
    x = b.add('activation', RELU, b.add('add', ADD, y, x));
    channels = out;
    b.stage(`stack${stage + 1}`, x);
  }
  const pooled = b.add('average_pooling2d', { op: 'GlobalAveragePool' }, x);
  b.add('dense', { op: 'Gemm', in: channels, out: classes }, b.add('flatten', { op: 'Flatten' }, pooled));
  return b.finish(row.id, 3);
}
