import { pairedRatio, type Ratio } from './centre.ts';

/** Milliseconds of a call in blocks that took turns. */
type Blocks = readonly { readonly same: number; readonly fresh: number; readonly other: number }[];

/** What one call may gain from having seen its input before, and differ from one of another seed (MLPerf: 10 %). */
export const MOST = 1.1;

const ratio = (blocks: Blocks, base: keyof Blocks[number], head: keyof Blocks[number]): Ratio | undefined =>
  pairedRatio(
    blocks.map((one) => [one[base], one[head]] as const),
    0,
  );

/** How much longer a fresh input takes than one seen before, and one of another seed than a fresh one. */
export const cachingRatio = (blocks: Blocks): Ratio | undefined => ratio(blocks, 'same', 'fresh');
export const seedRatio = (blocks: Blocks): Ratio | undefined => ratio(blocks, 'fresh', 'other');
