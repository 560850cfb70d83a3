import { SHARED_SESSION, type Suite } from '../contract/suite.ts';
import { count } from '../stats/format.ts';
import { median } from '../stats/quantiles.ts';
import { change } from './change.ts';
import { columns, criteria, headlines } from './columns.ts';
import { latency as figures, type Latency } from './figures.ts';
import { type LatencyResult, latencySchema } from './schema.ts';
import { upgrade } from './upgrade.ts';

export const latency: Suite<LatencyResult, Latency> = {
  id: 'latency',
  question: 'how long does one call take, from host memory to host memory?',
  ...SHARED_SESSION,
  schema: latencySchema,
  upgrade,
  run: () => import('./run.ts'),
  verdict: () => undefined,
  figures,
  columns,
  headlines,
  criteria,
  change,
  // The mean of several short calls is drawn as all of them.
  timeline: ({ samples, batch }) => [
    {
      phase: 'latency',
      parts: samples.map((ms) => ({ name: batch === 1 ? 'call' : count(batch, 'call'), ms: ms * batch })),
    },
  ],
  gaugedBy: 'clock',
  interval: ({ samples }) => median(samples),
  times: (figures) => figures,
  few: ({ few }) => few,
};
