import type { Graph } from '../graph.ts';
import { ADD, builder, classifier, conv, convBatchNorm, INPUT, type Published, RELU } from './build.ts';
import { EXPANSION, residualBlock } from './resnet.ts';

export type CifarRow = Published & {
  readonly family: 'cifar';
  readonly id: string;
  /** Blocks in each of the three stages; the depth is 6n + 2. */
  readonly n: number;
};

export type CifarResNeXtRow = Published & {
  readonly family: 'cifar-resnext';
  readonly id: string;
  /** Blocks in each of the three stages; the depth is 9n + 2. */
  readonly n: number;
  readonly groups: number;
  /** Channels of a group in the first stage. */
  readonly width: number;
};

/**
 * ResNet for CIFAR-10, [N, 3, 32, 32] to [N, classes], with the parameter-free shortcut (option A).
 * He et al. 2015 (arXiv:1512.03385), section 4.2; names as akamaster/pytorch_resnet_cifar10's `resnet.py`.
 */
export function buildCifar(row: CifarRow, classes: number): Graph {
  const b = builder();
  let x = convBatchNorm(b, { prefix: '', index: 1, relu: true }, conv(3, 16, 3, 1), INPUT);
  let channels = 16;
  for (let stage = 0; stage < 3; stage++) {
    const planes = 16 << stage;
    for (let i = 0; i < row.n; i++) {
      const prefix = `layer${stage + 1}.${i}.`;
      const stride = i === 0 && stage > 0 ? 2 : 1;
      let y = convBatchNorm(b, { prefix, index: 1, relu: true }, conv(channels, planes, 3, stride), x);
      y = convBatchNorm(b, { prefix, index: 2, relu: false }, conv(planes, planes, 3, 1), y);
      if (stride !== 1) {
        const sliced = b.add(`${prefix}shortcut.slice`, { op: 'Slice', steps: [stride, stride] }, x);
        const side = (planes - channels) / 2;
        x = b.add(`${prefix}shortcut.pad`, { op: 'Pad', channels: [side, side] }, sliced);
      }
      x = b.add(`${prefix}relu`, RELU, b.add(`${prefix}add`, ADD, y, x));
      channels = planes;
    }
    b.stage(`layer${stage + 1}`, x);
  }
  classifier(b, 'linear', { features: channels, classes }, x);
  return b.finish(row.id, 3);
}

/**
 * ResNeXt for CIFAR-10, [N, 3, 32, 32] to [N, classes]: bottlenecks of 256, 512 and 1,024 channels with projections
 * where the shape changes. Xie et al. 2017 (arXiv:1611.05431), section 5.3; names as torchvision's ImageNet ResNeXt.
 */
export function buildCifarResNeXt(row: CifarResNeXtRow, classes: number): Graph {
  const b = builder();
  let x = convBatchNorm(b, { prefix: '', index: 1, relu: true }, conv(3, 64, 3, 1), INPUT);
  let channels = 64;
  for (let stage = 0; stage < 3; stage++) {
    const planes = 64 << stage;
    for (let i = 0; i < row.n; i++) {
      const form = { block: 'bottleneck', groups: row.groups, width: row.width } as const;
      const stride = i === 0 && stage > 0 ? 2 : 1;
      x = residualBlock(b, form, { prefix: `layer${stage + 1}.${i}.`, inChannels: channels, planes, stride }, x);
      channels = planes * EXPANSION.bottleneck;
    }
    b.stage(`layer${stage + 1}`, x);
  }
  classifier(b, 'fc', { features: channels, classes }, x);
  return b.finish(row.id, 3);
}
