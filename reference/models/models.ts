import type { Graph } from '../graph.ts';
import { buildCifar, buildCifarResNeXt, type CifarResNeXtRow, type CifarRow } from './cifar.ts';
import { buildConvNeXt, type ConvNeXtRow } from './convnext.ts';
import { customRow } from './custom.ts';
import { buildChain, type KernelsRow } from './kernels.ts';
import { buildOpGrid, type OpGridRow } from './opgrid.ts';
import { buildCifarPreAct, buildPreAct, type CifarPreActRow, type PreActRow } from './preact.ts';
import { buildResNet, type ResNetRow } from './resnet.ts';
import { buildTiny, type TinyRow } from './tiny.ts';

export type ModelRow =
  | ResNetRow
  | PreActRow
  | ConvNeXtRow
  | CifarRow
  | TinyRow
  | CifarPreActRow
  | CifarResNeXtRow
  | OpGridRow
  | KernelsRow;

/**
 * One row per variant. Published figures: torchvision's `models/*.py` metadata; timm 1.0 (resnext101_32x4d, and its
 * `resnetv2_*`, here preact_*); akamaster's README; pytorchcv's table (preact_resnet164 and 1001, wide_resnet28_10);
 * Zagoruyko and Komodakis 2016 and Xie et al. 2017. Moving a stride changes no count, so v1 has v1.5's. He et al. 2016
 * give 10.2M for preact_resnet1001, without its normalisations. MLPerf Tiny publishes no count of resnet8: it stores
 * 78,666 values, statistics included.
 */
export const MODELS: readonly ModelRow[] = [
  { family: 'resnet', id: 'resnet18', block: 'basic', layers: [2, 2, 2, 2], parameters: 11_689_512, gmacs: '1.814' },
  { family: 'resnet', id: 'resnet34', block: 'basic', layers: [3, 4, 6, 3], parameters: 21_797_672, gmacs: '3.664' },
  {
    family: 'resnet',
    id: 'resnet50',
    block: 'bottleneck',
    layers: [3, 4, 6, 3],
    parameters: 25_557_032,
    gmacs: '4.089',
  },
  {
    family: 'resnet',
    id: 'resnet101',
    block: 'bottleneck',
    layers: [3, 4, 23, 3],
    parameters: 44_549_160,
    gmacs: '7.801',
  },
  {
    family: 'resnet',
    id: 'resnet152',
    block: 'bottleneck',
    layers: [3, 8, 36, 3],
    parameters: 60_192_808,
    gmacs: '11.514',
  },
  { family: 'resnet', id: 'resnet50_v1', block: 'bottleneck', layers: [3, 4, 6, 3], v1: true, parameters: 25_557_032 },
  {
    family: 'resnet',
    id: 'resnet101_v1',
    block: 'bottleneck',
    layers: [3, 4, 23, 3],
    v1: true,
    parameters: 44_549_160,
  },
  {
    family: 'resnet',
    id: 'resnet152_v1',
    block: 'bottleneck',
    layers: [3, 8, 36, 3],
    v1: true,
    parameters: 60_192_808,
  },
  {
    family: 'resnet',
    id: 'resnext50_32x4d',
    block: 'bottleneck',
    layers: [3, 4, 6, 3],
    groups: 32,
    width: 4,
    parameters: 25_028_904,
    gmacs: '4.23',
  },
  {
    family: 'resnet',
    id: 'resnext101_32x4d',
    block: 'bottleneck',
    layers: [3, 4, 23, 3],
    groups: 32,
    width: 4,
    parameters: 44_177_704,
  },
  {
    family: 'resnet',
    id: 'resnext101_32x8d',
    block: 'bottleneck',
    layers: [3, 4, 23, 3],
    groups: 32,
    width: 8,
    parameters: 88_791_336,
    gmacs: '16.414',
  },
  {
    family: 'resnet',
    id: 'resnext101_64x4d',
    block: 'bottleneck',
    layers: [3, 4, 23, 3],
    groups: 64,
    width: 4,
    parameters: 83_455_272,
    gmacs: '15.46',
  },
  {
    family: 'resnet',
    id: 'wide_resnet50_2',
    block: 'bottleneck',
    layers: [3, 4, 6, 3],
    groups: 1,
    width: 128,
    parameters: 68_883_240,
    gmacs: '11.398',
  },
  {
    family: 'resnet',
    id: 'wide_resnet101_2',
    block: 'bottleneck',
    layers: [3, 4, 23, 3],
    groups: 1,
    width: 128,
    parameters: 126_886_696,
    gmacs: '22.753',
  },
  { family: 'preact', id: 'preact_resnet18', block: 'basic', layers: [2, 2, 2, 2], parameters: 11_687_720 },
  { family: 'preact', id: 'preact_resnet34', block: 'basic', layers: [3, 4, 6, 3], parameters: 21_795_880 },
  { family: 'preact', id: 'preact_resnet50', block: 'bottleneck', layers: [3, 4, 6, 3], parameters: 25_549_352 },
  { family: 'preact', id: 'preact_resnet101', block: 'bottleneck', layers: [3, 4, 23, 3], parameters: 44_541_480 },
  { family: 'preact', id: 'preact_resnet152', block: 'bottleneck', layers: [3, 8, 36, 3], parameters: 60_185_128 },
  {
    family: 'convnext',
    id: 'convnext_tiny',
    layers: [3, 3, 9, 3],
    channels: [96, 192, 384, 768],
    parameters: 28_589_128,
    gmacs: '4.456',
  },
  {
    family: 'convnext',
    id: 'convnext_small',
    layers: [3, 3, 27, 3],
    channels: [96, 192, 384, 768],
    parameters: 50_223_688,
    gmacs: '8.684',
  },
  {
    family: 'convnext',
    id: 'convnext_base',
    layers: [3, 3, 27, 3],
    channels: [128, 256, 512, 1024],
    parameters: 88_591_464,
    gmacs: '15.355',
  },
  { family: 'cifar', id: 'resnet20', n: 3, parameters: 269_722 },
  { family: 'cifar', id: 'resnet32', n: 5, parameters: 464_154 },
  { family: 'cifar', id: 'resnet44', n: 7, parameters: 658_586 },
  { family: 'cifar', id: 'resnet56', n: 9, parameters: 853_018 },
  { family: 'cifar', id: 'resnet110', n: 18, parameters: 1_727_962, rounded: '1.7M' },
  { family: 'tiny', id: 'resnet8', parameters: 78_186 },
  {
    family: 'cifar-preact',
    id: 'preact_resnet110',
    block: 'basic',
    n: 18,
    widen: 1,
    shortcut: 'pad',
    parameters: 1_727_962,
    rounded: '1.7M',
  },
  {
    family: 'cifar-preact',
    id: 'preact_resnet164',
    block: 'bottleneck',
    n: 18,
    widen: 1,
    shortcut: 'conv',
    parameters: 1_703_258,
    rounded: '1.7M',
  },
  {
    family: 'cifar-preact',
    id: 'preact_resnet1001',
    block: 'bottleneck',
    n: 111,
    widen: 1,
    shortcut: 'conv',
    parameters: 10_327_706,
  },
  {
    family: 'cifar-preact',
    id: 'wide_resnet16_4',
    block: 'basic',
    n: 2,
    widen: 4,
    shortcut: 'conv',
    parameters: 2_748_890,
    rounded: '2.7M',
  },
  {
    family: 'cifar-preact',
    id: 'wide_resnet28_10',
    block: 'basic',
    n: 4,
    widen: 10,
    shortcut: 'conv',
    parameters: 36_479_194,
    rounded: '36.5M',
  },
  {
    family: 'cifar-preact',
    id: 'wide_resnet40_4',
    block: 'basic',
    n: 6,
    widen: 4,
    shortcut: 'conv',
    parameters: 8_949_210,
    rounded: '8.9M',
  },
  {
    family: 'cifar-resnext',
    id: 'resnext29_8x64d',
    n: 3,
    groups: 8,
    width: 64,
    parameters: 34_426_698,
    rounded: '34.4M',
  },
  { family: 'opgrid', id: 'opgrid', parameters: 9_083 },
  { family: 'kernels', id: 'kernels', parameters: 265_482 },
];

/** What models of a family have in common. */
type Family = {
  /** Native input size, in pixels a side. */
  readonly size: number;
  /** Whether they are run at that size alone, unless a query names another. */
  readonly oneSize: boolean;
  readonly classes: number;
};

export const FAMILIES = {
  resnet: { size: 224, oneSize: false, classes: 1000 },
  preact: { size: 224, oneSize: false, classes: 1000 },
  convnext: { size: 224, oneSize: false, classes: 1000 },
  cifar: { size: 32, oneSize: true, classes: 10 },
  tiny: { size: 32, oneSize: true, classes: 10 },
  'cifar-preact': { size: 32, oneSize: true, classes: 10 },
  'cifar-resnext': { size: 32, oneSize: true, classes: 10 },
  opgrid: { size: 37, oneSize: true, classes: 11 },
  kernels: { size: 16, oneSize: false, classes: 10 },
} as const satisfies { readonly [family: string]: Family };

/** The row of an architecture, or undefined. Throws on a name such as `resnet[3.4.6.3]-…` with a mistake. */
export function findModel(arch: string): ModelRow | undefined {
  return MODELS.find((row) => row.id === arch) ?? customRow(arch);
}

/** The graph of a row, with its family's number of classes unless given. */
export function buildModel(row: ModelRow, classes: number = FAMILIES[row.family].classes): Graph {
  switch (row.family) {
    case 'resnet':
      return buildResNet(row, classes);
    case 'preact':
      return buildPreAct(row, classes);
    case 'convnext':
      return buildConvNeXt(row, classes);
    case 'cifar':
      return buildCifar(row, classes);
    case 'tiny':
      return buildTiny(row, classes);
    case 'cifar-preact':
      return buildCifarPreAct(row, classes);
    case 'cifar-resnext':
      return buildCifarResNeXt(row, classes);
    case 'opgrid':
      return buildOpGrid(row, classes);
    case 'kernels':
      return buildChain('compute', 4, classes);
  }
}
