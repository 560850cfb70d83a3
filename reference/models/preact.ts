import type { Graph } from '../graph.ts';
import {
  ADD,
  type Builder,
  batchNorm,
  builder,
  classifier,
  conv,
  INPUT,
  type Published,
  pooledConvolution,
  RELU,
} from './build.ts';
import { EXPANSION } from './resnet.ts';

export type PreActRow = Published & {
  readonly family: 'preact';
  readonly id: string;
  readonly block: 'basic' | 'bottleneck';
  /** Blocks in each of the four stages. */
  readonly layers: readonly [number, number, number, number];
};

export type CifarPreActRow = Published & {
  readonly family: 'cifar-preact';
  readonly id: string;
  readonly block: 'basic' | 'bottleneck';
  /** Blocks in each of the three stages; the depth is 6n + 2 of basic blocks, 9n + 2 of bottlenecks. */
  readonly n: number;
  /** Channels in multiples of 16, 32 and 64 (Wide-ResNet's k). */
  readonly widen: number;
  /** The shortcut where the shape changes: a 1×1 convolution, or zero channels (option A). */
  readonly shortcut: 'conv' | 'pad';
};

/** One pre-activation block. `stride` is in the convolution of index `strided` (0 is the first). */
type Block = {
  readonly prefix: string;
  /** Names of normalisations and of the shortcut's convolution. */
  readonly norm: 'norm' | 'bn';
  readonly projection: string;
  readonly kind: 'basic' | 'bottleneck';
  readonly shortcut: 'conv' | 'pad';
  readonly stride: number;
  readonly strided: number;
  /** Channels that enter, and leave. */
  readonly channels: number;
  readonly out: number;
  /** The shortcut starts after the first activation even where the shape stays the same. */
  readonly shared: boolean;
};

/** Normalisation and ReLU. */
function activate(
  b: Builder,
  { prefix, norm, channels }: { readonly prefix: string; readonly norm: string; readonly channels: number },
  input: string,
): string {
  return b.add(`${prefix}relu`, RELU, b.add(`${prefix}${norm}`, batchNorm(channels), input));
}

/** The shortcut, from the block's input or its first activation. */
function shortcut(b: Builder, block: Block, input: string, activated: string): string {
  const { prefix, channels, out, stride } = block;
  const same = channels === out && stride === 1;
  if (same) return block.shared ? activated : input;
  if (block.shortcut === 'conv')
    return b.add(`${prefix}${block.projection}`, conv(channels, out, 1, stride), activated);
  const sliced = b.add(`${prefix}shortcut.slice`, { op: 'Slice', steps: [stride, stride] }, activated);
  const side = (out - channels) / 2;
  return b.add(`${prefix}shortcut.pad`, { op: 'Pad', channels: [side, side] }, sliced);
}

function preActBlock(b: Builder, block: Block, input: string): string {
  const { prefix, norm, channels, out } = block;
  const inner = out / EXPANSION[block.kind];
  const kernels = block.kind === 'basic' ? [3, 3] : [1, 3, 1];
  const activated = activate(b, { prefix, norm: `${norm}1`, channels }, input);
  let x = activated;
  for (const [i, kernel] of kernels.entries()) {
    if (i > 0) x = activate(b, { prefix, norm: `${norm}${i + 1}`, channels: inner }, x);
    const last = i === kernels.length - 1;
    const op = conv(i === 0 ? channels : inner, last ? out : inner, kernel, i === block.strided ? block.stride : 1);
    x = b.add(`${prefix}conv${i + 1}`, op, x);
  }
  return b.add(`${prefix}add`, ADD, x, shortcut(b, block, input, activated));
}

/**
 * Pre-activation ResNet for ImageNet-sized images, [N, 3, H, W] to [N, classes]. He et al. 2016 (arXiv:1603.05027);
 * names, the stride in the 3×3 convolution and the classifier as a 1×1 convolution as timm's `models/resnetv2.py`,
 * whose `resnetv2_50` and so on these are.
 */
export function buildPreAct(row: PreActRow, classes: number): Graph {
  const b = builder();
  let x = b.add('stem.conv', conv(3, 64, 7, 2), INPUT);
  x = b.add('stem.pool', { op: 'MaxPool', kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }, x);
  let channels = 64;
  for (const [stage, blocks] of row.layers.entries()) {
    const out = (64 << stage) * EXPANSION[row.block];
    for (let i = 0; i < blocks; i++) {
      const form = { norm: 'norm', projection: 'downsample.conv', kind: row.block, shortcut: 'conv' } as const;
      const strided = row.block === 'basic' ? 0 : 1;
      const stride = i === 0 && stage > 0 ? 2 : 1;
      const prefix = `stages.${stage}.blocks.${i}.`;
      x = preActBlock(b, { ...form, prefix, stride, strided, channels, out, shared: false }, x);
      channels = out;
    }
    b.stage(`stages.${stage}`, x);
  }
  pooledConvolution(b, 'head', { features: channels, classes }, activate(b, { prefix: '', norm: 'norm', channels }, x));
  return b.finish(row.id, 3);
}

/**
 * Pre-activation ResNet and Wide ResNet for CIFAR-10, [N, 3, 32, 32] to [N, classes]. He et al. 2016
 * (arXiv:1603.05027), section 3 and KaimingHe/resnet-1k-layers: the stride is in the first convolution, the first
 * block's activation comes before the shortcut. Zagoruyko and Komodakis 2016 (arXiv:1605.07146), table 1, without
 * dropout, which does nothing at inference.
 */
export function buildCifarPreAct(row: CifarPreActRow, classes: number): Graph {
  const b = builder();
  let x = b.add('conv1', conv(3, 16, 3, 1), INPUT);
  let channels = 16;
  for (let stage = 0; stage < 3; stage++) {
    const out = (16 << stage) * row.widen * EXPANSION[row.block];
    for (let i = 0; i < row.n; i++) {
      const form = { norm: 'bn', projection: 'shortcut', kind: row.block, shortcut: row.shortcut } as const;
      const stride = i === 0 && stage > 0 ? 2 : 1;
      const shared = i === 0 && stage === 0;
      const prefix = `layer${stage + 1}.${i}.`;
      x = preActBlock(b, { ...form, prefix, stride, strided: 0, channels, out, shared }, x);
      channels = out;
    }
    b.stage(`layer${stage + 1}`, x);
  }
  classifier(b, 'linear', { features: channels, classes }, activate(b, { prefix: '', norm: 'bn', channels }, x));
  return b.finish(row.id, 3);
}
