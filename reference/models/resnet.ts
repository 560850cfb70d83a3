import type { Graph } from '../graph.ts';
import {
  ADD,
  type Builder,
  batchNorm,
  builder,
  classifier,
  conv,
  convBatchNorm,
  INPUT,
  type Published,
  RELU,
} from './build.ts';

/** The form of a network's residual blocks. */
export type BlockForm = {
  readonly block: 'basic' | 'bottleneck';
  /** Groups of the 3×3 convolution, and channels of a group for each 64 of the block (torchvision's width_per_group). */
  readonly groups?: number;
  readonly width?: number;
  /** The stride of a bottleneck is in its first 1×1 convolution, as in the paper, instead of the 3×3. */
  readonly v1?: true;
};

export type ResNetRow = BlockForm &
  Published & {
    readonly family: 'resnet';
    readonly id: string;
    /** Blocks in each of the four stages. */
    readonly layers: readonly [number, number, number, number];
  };

/** Output channels of a block per plane. */
export const EXPANSION = { basic: 1, bottleneck: 4 } as const;

/** One residual block under `prefix`; v1.5 puts the stride in the 3×3 convolution. Returns its last node's name. */
export function residualBlock(
  b: Builder,
  row: BlockForm,
  place: { readonly prefix: string; readonly inChannels: number; readonly planes: number; readonly stride: number },
  input: string,
): string {
  const { prefix, inChannels, planes, stride } = place;
  const outChannels = planes * EXPANSION[row.block];
  let x: string;
  if (row.block === 'basic') {
    x = convBatchNorm(b, { prefix, index: 1, relu: true }, conv(inChannels, planes, 3, stride), input);
    x = convBatchNorm(b, { prefix, index: 2, relu: false }, conv(planes, planes, 3, 1), x);
  } else {
    const { groups: group = 1, width = 64 } = row;
    const inner = Math.floor((planes * width) / 64) * group;
    const [first, second] = row.v1 ? [stride, 1] : [1, stride];
    x = convBatchNorm(b, { prefix, index: 1, relu: true }, conv(inChannels, inner, 1, first), input);
    x = convBatchNorm(b, { prefix, index: 2, relu: true }, { ...conv(inner, inner, 3, second), group }, x);
    x = convBatchNorm(b, { prefix, index: 3, relu: false }, conv(inner, outChannels, 1, 1), x);
  }
  let shortcut = input;
  if (stride !== 1 || inChannels !== outChannels) {
    const projected = b.add(`${prefix}downsample.0`, conv(inChannels, outChannels, 1, stride), input);
    shortcut = b.add(`${prefix}downsample.1`, batchNorm(outChannels), projected);
  }
  return b.add(`${prefix}relu`, RELU, b.add(`${prefix}add`, ADD, x, shortcut));
}

/**
 * ResNet v1 and v1.5, ResNeXt and Wide ResNet for ImageNet-sized images, [N, 3, H, W] to [N, classes].
 * He et al. 2015 (arXiv:1512.03385), table 1; Xie et al. 2017 (arXiv:1611.05431); Zagoruyko and Komodakis 2016
 * (arXiv:1605.07146); names and stride placement as torchvision's `models/resnet.py`.
 */
export function buildResNet(row: ResNetRow, classes: number): Graph {
  const b = builder();
  let x = convBatchNorm(b, { prefix: '', index: 1, relu: true }, conv(3, 64, 7, 2), INPUT);
  x = b.add('maxpool', { op: 'MaxPool', kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }, x);
  let channels = 64;
  for (const [stage, blocks] of row.layers.entries()) {
    const planes = 64 << stage;
    for (let i = 0; i < blocks; i++) {
      const stride = i === 0 && stage > 0 ? 2 : 1;
      x = residualBlock(b, row, { prefix: `layer${stage + 1}.${i}.`, inChannels: channels, planes, stride }, x);
      channels = planes * EXPANSION[row.block];
    }
    b.stage(`layer${stage + 1}`, x);
  }
  classifier(b, 'fc', { features: channels, classes }, x);
  return b.finish(row.id, 3);
}
