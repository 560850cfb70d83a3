import type { Suite } from '../contract/suite.ts';
import { change } from './change.ts';
import { columns, headline } from './columns.ts';
import { leak as figures, type Leak } from './figures.ts';
import { type LeakResult, leakSchema, type MeasuredLeak } from './schema.ts';
import { verdict } from './verdict.ts';

export const leak: Suite<LeakResult, Leak, MeasuredLeak> = {
  id: 'leak',
  question: 'does memory grow as sessions are created, run and closed?',
  of: 'networks',
  once: true,
  dedicated: true,
  timeoutFactor: 10,
  judged: false,
  files: ['export'],
  batch: 1,
  schema: leakSchema,
  run: () => import('./run.ts'),
  complete: ({ suite, gpu, tensors, wanted }, { cycles }) => ({
    suite,
    processes: [...cycles],
    gpu,
    tensors,
    wanted,
  }),
  verdict,
  figures,
  columns,
  headlines: [headline],
  criteria: [],
  change,
};
