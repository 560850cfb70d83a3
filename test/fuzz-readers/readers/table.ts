import type { Reader } from '../input.ts';
import { IMAGES } from './images.ts';
import { NETWORKS } from './networks.ts';
import { RECORDS } from './records.ts';
import { TEXTS } from './texts.ts';
import { WEIGHTS } from './weights.ts';

/** Everything that reads what somebody else may have written. */
export const READERS: readonly Reader[] = [...IMAGES, ...WEIGHTS, ...NETWORKS, ...RECORDS, ...TEXTS];
