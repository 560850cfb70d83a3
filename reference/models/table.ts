import type { Graph } from '../graph.ts';
import { buildCifar, type CifarRow } from './cifar.ts';
import { buildResNet, type ResNetRow } from './resnet.ts';

export type ModelRow = ResNetRow | CifarRow;

/** One row per variant. Parameter counts: torchvision's `models/resnet.py` metadata; akamaster's README. */
export const MODELS: readonly ModelRow[] = [
  { family: 'resnet', id: 'resnet18', block: 'basic', layers: [2, 2, 2, 2], parameters: 11_689_512 },
  { family: 'resnet', id: 'resnet34', block: 'basic', layers: [3, 4, 6, 3], parameters: 21_797_672 },
  { family: 'resnet', id: 'resnet50', block: 'bottleneck', layers: [3, 4, 6, 3], parameters: 25_557_032 },
  { family: 'resnet', id: 'resnet101', block: 'bottleneck', layers: [3, 4, 23, 3], parameters: 44_549_160 },
  { family: 'resnet', id: 'resnet152', block: 'bottleneck', layers: [3, 8, 36, 3], parameters: 60_192_808 },
  {
    family: 'resnet',
    id: 'resnext50_32x4d',
    block: 'bottleneck',
    layers: [3, 4, 6, 3],
    groups: 32,
    width: 4,
    parameters: 25_028_904,
  },
  {
    family: 'resnet',
    id: 'resnext101_32x8d',
    block: 'bottleneck',
    layers: [3, 4, 23, 3],
    groups: 32,
    width: 8,
    parameters: 88_791_336,
  },
  {
    family: 'resnet',
    id: 'resnext101_64x4d',
    block: 'bottleneck',
    layers: [3, 4, 23, 3],
    groups: 64,
    width: 4,
    parameters: 83_455_272,
  },
  {
    family: 'resnet',
    id: 'wide_resnet50_2',
    block: 'bottleneck',
    layers: [3, 4, 6, 3],
    groups: 1,
    width: 128,
    parameters: 68_883_240,
  },
  {
    family: 'resnet',
    id: 'wide_resnet101_2',
    block: 'bottleneck',
    layers: [3, 4, 23, 3],
    groups: 1,
    width: 128,
    parameters: 126_886_696,
  },
  { family: 'cifar', id: 'resnet20', n: 3, parameters: 269_722 },
  { family: 'cifar', id: 'resnet32', n: 5, parameters: 464_154 },
  { family: 'cifar', id: 'resnet44', n: 7, parameters: 658_586 },
  { family: 'cifar', id: 'resnet56', n: 9, parameters: 853_018 },
];

/** Native input size (pixels a side) and classes of a family. */
export const FAMILIES = {
  resnet: { size: 224, classes: 1000 },
  cifar: { size: 32, classes: 10 },
} as const;

/** The row of an architecture, or undefined. */
export function findModel(arch: string): ModelRow | undefined {
  return MODELS.find((row) => row.id === arch);
}

/** The graph of a row, with its family's number of classes unless told. */
export function buildModel(row: ModelRow, classes: number = FAMILIES[row.family].classes): Graph {
  return row.family === 'resnet' ? buildResNet(row, classes) : buildCifar(row, classes);
}
