import { CIFAR10 } from './cifar10.ts';
import { CIFAR100 } from './cifar100.ts';
import type { DataSetRow } from './dataset.ts';
import { IMAGENET } from './imagenet-1k.ts';
import { IMAGENET_V2 } from './imagenet-v2.ts';
import { IMAGENETTE } from './imagenette.ts';
import { SHAPES10 } from './shapes10.ts';
import { SHAPES10_FILES } from './shapes10-files.ts';

/** Every set of labelled images on which networks can be scored. */
export const DATA_SETS: readonly DataSetRow[] = [
  CIFAR10,
  CIFAR100,
  IMAGENET,
  IMAGENET_V2,
  IMAGENETTE,
  SHAPES10,
  SHAPES10_FILES,
];

/** The row of a data set, or undefined. */
export const findDataSet = (id: string): DataSetRow | undefined => DATA_SETS.find((row) => row.id === id);
