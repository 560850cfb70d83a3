import { itself, judged, LOCATE } from '../contract/checks.ts';
import { columnsFrom, type Suite } from '../contract/suite.ts';
import { number } from '../stats/format.ts';
import { change } from './change.ts';
import { roofline as figures, type Roofline } from './figures.ts';
import { type RooflineResult, rooflineSchema } from './schema.ts';

export const roofline: Suite<RooflineResult, Roofline> = {
  id: 'roofline',
  question: 'what is the peak of the device, in arithmetic and in memory bandwidth?',
  of: 'kernels',
  once: true,
  dedicated: true,
  timeoutFactor: 1,
  judged: true,
  files: [],
  batch: 1,
  schema: rooflineSchema,
  run: () => import('./run.ts'),
  verdict: ({ checks }) => judged(checks, itself, LOCATE),
  figures,
  columns: columnsFrom(94, [
    ['roofline_flop_per_s', ({ flops }) => flops],
    ['roofline_bytes_per_s', ({ bandwidth }) => bandwidth],
  ]),
  headlines: [
    {
      title: 'GFLOP/s',
      place: 6,
      spare: 8,
      text: ({ flops }) => (flops === undefined ? undefined : number(flops / 1e9)),
    },
  ],
  criteria: [],
  change,
  peak: ({ flops, bandwidth }) => ({ flops, bandwidth }),
};
