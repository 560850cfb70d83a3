import { type Column, columnsFrom } from '../contract/suite.ts';
import type { Memory, ProcessRow } from './figures.ts';

/** Columns of the process of one role. `place` is the first column's position. */
function processColumns(place: number, role: ProcessRow['role']): Column<Memory>[] {
  const of = (pick: (one: ProcessRow) => number | null) => (memory: Memory) => {
    const one = memory.processes.find((process) => process.role === role);
    return one && pick(one);
  };
  return columnsFrom<Memory>(place, [
    [`memory_${role}_baseline_bytes`, of(({ baseline }) => baseline)],
    [`memory_${role}_opened_bytes`, of(({ opened }) => opened)],
    [`memory_${role}_steady_bytes`, of(({ steady }) => steady)],
    [`memory_${role}_peak_bytes`, of(({ peak }) => peak)],
    [`memory_${role}_peak_minus_baseline_bytes`, of(({ growth }) => growth)],
  ]);
}

export const columns: readonly Column<Memory>[] = [
  ...processColumns(25, 'process'),
  ...processColumns(30, 'renderer'),
  ...processColumns(35, 'gpu'),
  ...columnsFrom<Memory>(40, [
    ['memory_tensors_bytes', ({ tensors }) => tensors],
    ['model_bytes', ({ model }) => model],
  ]),
  ...columnsFrom<Memory>(65, [
    ['memory_gpu_objects_bytes', ({ gpu }) => gpu?.live],
    ['memory_gpu_objects_peak_bytes', ({ gpu }) => gpu?.peak],
  ]),
  ...processColumns(102, 'cuda'),
];
