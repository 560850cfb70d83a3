import type { Reader } from '../input.ts';
import { IMAGE_LISTS } from './image-lists.ts';
import { IMAGES } from './images.ts';
import { NETWORKS } from './networks.ts';
import { RECORDS } from './records.ts';
import { TEXTS } from './texts.ts';
import { WEIGHTS } from './weights.ts';

/** Everything that reads what somebody else may have written. */
export const READERS: readonly Reader[] = [...IMAGES, ...IMAGE_LISTS, ...WEIGHTS, ...NETWORKS, ...RECORDS, ...TEXTS];
