import { type Column, columnsFrom } from '../contract/suite.ts';
import type { Leak } from './figures.ts';

const steepest = ({ growths }: Leak) => [...growths].sort((a, b) => (b.slope?.slope ?? 0) - (a.slope?.slope ?? 0))[0];

export const columns: readonly Column<Leak>[] = columnsFrom<Leak>(67, [
  ['leak_cycles', ({ cycles }) => cycles],
  ['leak_worst', (one) => steepest(one)?.what],
  ['leak_bytes_per_cycle', (one) => steepest(one)?.slope?.slope],
  ['leak_bytes_per_cycle_low', (one) => steepest(one)?.slope?.interval[0]],
  ['leak_bytes_per_cycle_high', (one) => steepest(one)?.slope?.interval[1]],
]);
