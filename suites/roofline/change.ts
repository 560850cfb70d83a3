import { type Change, type ChangeFinding, finding, moves } from '../contract/change.ts';
import { number } from '../stats/format.ts';
import type { Roofline } from './figures.ts';

/** One round measures a peak, so no interval over rounds: only a change by this factor is told from noise. */
const PEAK = { factor: 1.5, floor: 0 };

/** Compares the peaks of arithmetic and of memory bandwidth. */
const onOneMachine = (a: Roofline, b: Roofline): ChangeFinding[] =>
  (
    [
      ['roofline_flop_per_s', a.flops, b.flops, 'GFLOP/s'],
      ['roofline_bytes_per_s', a.bandwidth, b.bandwidth, 'GB/s'],
    ] as const
  ).flatMap(([metric, base, head, unit]) => {
    const text = (value: number) => `${number(value / 1e9)} ${unit}`;
    if (base === undefined && head === undefined) return [];
    if (base === undefined || head === undefined) {
      const known = { metric, base: base ?? Number.NaN, head: head ?? Number.NaN, text };
      return [finding('unsure', known, 'one of the runs measured none: noise was larger than the kernels’ time')];
    }
    return moves(['faster', 'slower'], { metric, base, head, text }, PEAK);
  });

export const change: Change<Roofline> = { unchanged: 'same peak', onOneMachine };
