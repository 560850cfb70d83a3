import { type Column, columnsFrom, type Headline } from '../contract/suite.ts';
import { kibibytes } from '../stats/format.ts';
import { type Leak, steepest } from './figures.ts';

export const columns: readonly Column<Leak>[] = columnsFrom<Leak>(67, [
  ['leak_cycles', ({ cycles }) => cycles],
  ['leak_worst', (one) => steepest(one)?.what],
  ['leak_bytes_per_cycle', (one) => steepest(one)?.slope?.slope],
  ['leak_bytes_per_cycle_low', (one) => steepest(one)?.slope?.interval[0]],
  ['leak_bytes_per_cycle_high', (one) => steepest(one)?.slope?.interval[1]],
]);

/** The slope of the amount that grows most for what it is allowed. */
export const headline: Headline<Leak> = {
  title: 'KiB/cycle',
  place: 9,
  spare: 10,
  legend: 'KiB/cycle: growth of memory per session, of what grows most for what is allowed',
  text(figures) {
    const slope = steepest(figures)?.slope;
    return slope === undefined ? undefined : kibibytes(slope.slope);
  },
};
