import type { Way, Ways } from '../ops/way.ts';

/** A running sum in float32, of a folded network. */
const SEQUENTIAL: Way = {
  id: 'sequential',
  rounding: 'float32',
  block: undefined,
  order: 'forward',
  biasFirst: false,
  winograd: undefined,
  folded: true,
  flush: false,
};

/**
 * What runtimes were found to do, at its least exact: one running sum per value. Blocked and pairwise sums err less. The
 * choice was tested against 22 other sums, four runtimes and eight networks: without the fused one that begins with the
 * bias, TF.js on WebAssembly exceeds the limits.
 */
export const FLOAT32_WAYS: Ways = {
  direct: [
    SEQUENTIAL,
    { ...SEQUENTIAL, id: 'batch normalisation kept', folded: false },
    { ...SEQUENTIAL, id: 'channels last, fused', order: 'channels last', rounding: 'fused', biasFirst: true },
    { ...SEQUENTIAL, id: 'reversed', order: 'reversed' },
    { ...SEQUENTIAL, id: 'random order 1', order: { seed: 1 } },
    { ...SEQUENTIAL, id: 'random order 2', order: { seed: 2 } },
  ],
  winograd: [
    { ...SEQUENTIAL, id: 'Winograd F(2×2)', winograd: 2 },
    { ...SEQUENTIAL, id: 'Winograd F(4×4)', winograd: 4 },
    { ...SEQUENTIAL, id: 'Winograd F(4×4), blocked', winograd: 4, block: 16 },
  ],
  flushing: { ...SEQUENTIAL, id: 'denormals flushed', flush: true },
};
