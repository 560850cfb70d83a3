import type { Suite } from '../contract/suite.ts';
import { ratio } from '../stats/format.ts';
import { change } from './change.ts';
import { columns } from './columns.ts';
import { transfer as figures, type Transfer } from './figures.ts';
import { type TransferResult, transferSchema } from './schema.ts';
import { verdict } from './verdict.ts';

export const transfer: Suite<TransferResult, Transfer> = {
  id: 'transfer',
  question: 'which share of a call moves data between host and device?',
  of: 'networks',
  once: false,
  dedicated: true,
  timeoutFactor: 2,
  judged: true,
  files: ['export', 'truth'],
  batch: 1,
  schema: transferSchema,
  run: () => import('./run.ts'),
  verdict,
  figures,
  columns,
  headlines: [
    {
      title: 'host/device',
      place: 7,
      spare: 9,
      legend: 'host/device: time of a call with transfers ÷ without',
      text: (one) => `${ratio(one.ratio.median)}${one.few ? '*' : ''}`,
    },
  ],
  criteria: [],
  change,
  resident: true,
  few: ({ few }) => few,
};
