import type { Graph, Op } from '../graph.ts';
import { ADD, type Builder, builder, conv, INPUT, type Published } from './build.ts';

export type ConvNeXtRow = Published & {
  readonly family: 'convnext';
  readonly id: string;
  /** Blocks and channels of the four stages. */
  readonly layers: readonly [number, number, number, number];
  readonly channels: readonly [number, number, number, number];
};

const layerNorm = (channels: number): Op => ({ op: 'LayerNormalization', channels, epsilon: 1e-6 });

/** A convolution with bias whose windows do not overlap. */
const patches = (input: number, out: number, size: number): Op => ({
  ...conv(input, out, size, size),
  pads: [0, 0, 0, 0],
  bias: true,
});

/** A linear layer over the channels of each pixel. */
const linear = (input: number, out: number): Op => ({ ...conv(input, out, 1, 1), bias: true, linear: true });

function block(b: Builder, prefix: string, channels: number, input: string): string {
  let x = b.add(`${prefix}.block.0`, { ...conv(channels, channels, 7, 1), group: channels, bias: true }, input);
  x = b.add(`${prefix}.block.2`, layerNorm(channels), x);
  x = b.add(`${prefix}.block.3`, linear(channels, 4 * channels), x);
  x = b.add(`${prefix}.block.4`, { op: 'Gelu' }, x);
  x = b.add(`${prefix}.block.5`, linear(4 * channels, channels), x);
  // Its parameter is the block's own: `features.1.0.layer_scale`.
  x = b.add(prefix, { op: 'Mul', channels }, x);
  return b.add(`${prefix}.add`, ADD, x, input);
}

/**
 * ConvNeXt, [N, 3, H, W] to [N, classes]. Liu et al. 2022 (arXiv:2201.03545), section 3; names as torchvision's
 * `models/convnext.py`, whose tensors are channels-last inside a block: here they stay NCHW, with the same values.
 */
export function buildConvNeXt(row: ConvNeXtRow, classes: number): Graph {
  const b = builder();
  let [channels] = row.channels;
  let x = b.add('features.0.1', layerNorm(channels), b.add('features.0.0', patches(3, channels, 4), INPUT));
  for (const [stage, blocks] of row.layers.entries()) {
    const out = row.channels[stage] ?? channels;
    if (stage > 0) {
      x = b.add(`features.${2 * stage}.0`, layerNorm(channels), x);
      x = b.add(`features.${2 * stage}.1`, patches(channels, out, 2), x);
      channels = out;
    }
    for (let i = 0; i < blocks; i++) x = block(b, `features.${2 * stage + 1}.${i}`, channels, x);
    b.stage(`features.${2 * stage + 1}`, x);
  }
  x = b.add('avgpool', { op: 'GlobalAveragePool' }, x);
  x = b.add('classifier.1', { op: 'Flatten' }, b.add('classifier.0', layerNorm(channels), x));
  b.add('classifier.2', { op: 'Gemm', in: channels, out: classes }, x);
  return b.finish(row.id, 3);
}
