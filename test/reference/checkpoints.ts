import { CHECKPOINTS, findCheckpoint } from '../../reference/weights/checkpoints.ts';

/** Yerlan Idelbayev's, whose right answers were counted and are known one by one. */
export const AKAMASTER = CHECKPOINTS.filter(({ tag }) => tag === 'akamaster');

/** torchvision's, which are too large to be in the mirror. */
export const TORCHVISION = CHECKPOINTS.filter(({ tag }) => tag.startsWith('tv'));

const shipped = findCheckpoint('resnet8.shapes10');
if (shipped === undefined) throw new Error('no resnet8.shapes10');
/** The one that ships. */
export const SHIPPED = shipped;

const tiny = findCheckpoint('resnet8.mlperf_tiny');
if (tiny === undefined) throw new Error('no resnet8.mlperf_tiny');
/** MLPerf Tiny's. */
export const TINY = tiny;
