import { SHARED_SESSION, type Suite } from '../contract/suite.ts';
import { mebibytes } from '../stats/format.ts';
import { change } from './change.ts';
import { columns } from './columns.ts';
import { memory as figures, type Memory, PEAK_MEANS } from './figures.ts';
import { type MeasuredMemory, type MemoryResult, memorySchema } from './schema.ts';

export const memory: Suite<MemoryResult, Memory, MeasuredMemory> = {
  id: 'memory',
  question: 'how much memory does the runtime use?',
  ...SHARED_SESSION,
  schema: memorySchema,
  run: () => import('./run.ts'),
  complete: ({ suite, tensors, gpu, model }, { processes }) => ({
    suite,
    processes: [...processes],
    tensors,
    gpu,
    model,
  }),
  verdict: () => undefined,
  figures,
  columns,
  headlines: [
    { title: 'peak MiB', place: 3, spare: 3, legend: `peak MiB: ${PEAK_MEANS}`, text: ({ peak }) => mebibytes(peak) },
  ],
  criteria: [
    {
      id: 'peak',
      title: 'Peak memory',
      unit: 'MiB',
      place: 3,
      better: 'less',
      value: ({ peak }) => (peak === null ? undefined : peak / 2 ** 20),
      text: ({ peak }) => mebibytes(peak),
    },
  ],
  change,
  memoryAt: ({ processes }) =>
    processes.flatMap(({ role, ...levels }) =>
      (['baseline', 'opened', 'steady', 'closed'] as const).flatMap((phase) => {
        const bytes = levels[phase];
        return bytes === null ? [] : [{ phase, process: role, bytes }];
      }),
    ),
};
