import { type Change, type ChangeFinding, finding, moves } from '../contract/change.ts';
import { number } from '../stats/format.ts';
import type { Roofline } from './figures.ts';

/**
 * One round measures a peak, so no interval over rounds: only a change by this factor is told from noise. Memory is shared
 * with other machines: in seven unchanged runs bandwidths were up to 1.8 apart, and arithmetic up to 1.3.
 */
const [ARITHMETIC, BANDWIDTH] = [
  { factor: 1.5, floor: 0 },
  { factor: 2.5, floor: 0 },
];

/** Compares the peaks of arithmetic and of memory bandwidth. */
const onOneMachine = (a: Roofline, b: Roofline): ChangeFinding[] =>
  (
    [
      ['roofline_flop_per_s', a.flops, b.flops, 'GFLOP/s', ARITHMETIC],
      ['roofline_bytes_per_s', a.bandwidth, b.bandwidth, 'GB/s', BANDWIDTH],
    ] as const
  ).flatMap(([metric, base, head, unit, noise]) => {
    const text = (value: number) => `${number(value / 1e9)} ${unit}`;
    if (base === undefined && head === undefined) return [];
    if (base === undefined || head === undefined) {
      const known = { metric, base: base ?? Number.NaN, head: head ?? Number.NaN, text };
      return [finding('unsure', known, 'one of the runs measured none: noise was larger than the kernels’ time')];
    }
    return moves(['faster', 'slower'], { metric, base, head, text }, noise);
  });

export const change: Change<Roofline> = { unchanged: 'same peak', onOneMachine };
