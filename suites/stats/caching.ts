import { pairedRatio, type Ratio } from './centre.ts';

/** Milliseconds of a call in interleaved blocks. */
type Blocks = readonly { readonly same: number; readonly fresh: number; readonly other: number }[];

/** Largest allowed ratio between fresh and repeated inputs, and between two seeds (MLPerf: 10 %). */
export const RATIO_THRESHOLD = 1.1;

const ratio = (blocks: Blocks, base: keyof Blocks[number], head: keyof Blocks[number]): Ratio | undefined =>
  pairedRatio(
    blocks.map((one) => [one[base], one[head]] as const),
    0,
  );

/** Ratios of times: a fresh input ÷ a repeated one, and an input of another seed ÷ a fresh one. */
export const cachingRatio = (blocks: Blocks): Ratio | undefined => ratio(blocks, 'same', 'fresh');
export const seedRatio = (blocks: Blocks): Ratio | undefined => ratio(blocks, 'fresh', 'other');
