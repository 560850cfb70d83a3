import { CIFAR10 } from './cifar10.ts';
import type { DataSetRow } from './dataset.ts';
import { SHAPES10 } from './shapes10.ts';

/** Every set of labelled images on which networks can be scored. */
export const DATA_SETS: readonly DataSetRow[] = [CIFAR10, SHAPES10];

/** The row of a data set, or undefined. */
export const findDataSet = (id: string): DataSetRow | undefined => DATA_SETS.find((row) => row.id === id);
