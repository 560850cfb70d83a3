import { CIFAR10 } from './cifar10.ts';
import type { DataSetRow } from './dataset.ts';

/** Every set of labelled images on which networks can be scored. */
export const DATA_SETS: readonly DataSetRow[] = [CIFAR10];

/** The row of a data set, or undefined. */
export const findDataSet = (id: string): DataSetRow | undefined => DATA_SETS.find((row) => row.id === id);
