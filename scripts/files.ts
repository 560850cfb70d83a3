import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { BackendRow } from '../suites/backend.ts';
import type { Cell } from '../suites/cell.ts';
import type { Job } from '../suites/hosts/artefacts.ts';
import { findSuite } from '../suites/registry.ts';
import type { Group } from '../suites/runner.ts';
import { INPUTS } from '../suites/visit.ts';
import type { Checkpoint } from './sources.ts';

/** Where a group's files are, or will be once its model's job is done. */
export type GroupFiles = {
  /** The export; a checkpoint or '' where `exported` is false. */
  readonly model: string;
  readonly exported: boolean;
  readonly truth: string;
};

/** Folders: exports live as long as a run, truths stay in the cache. */
export type Folders = { readonly exports: string; readonly truths: string };

function exportPath(folder: string, row: BackendRow, cell: Cell): string {
  if (row.format === 'onnx') return join(folder, `${cell.model}-${cell.precision}-b${cell.batch}-${cell.size}.onnx`);
  return join(folder, `${cell.model}-${cell.precision}`, 'model.json');
}

/** A truth's name is a hash of everything it depends on, the reference's own source included. */
function truthPath(folder: string, source: string, cell: Cell, checkpoint: Checkpoint): string {
  const key = [source, cell.model, checkpoint.sha256, cell.batch, cell.size, INPUTS].join('/');
  return join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.bin`);
}

/** The files of each group by its key, and one job for each model that makes them. */
export function planFiles(
  groups: readonly Group[],
  checkpoints: ReadonlyMap<string, Checkpoint>,
  folders: Folders,
  source: string,
): { files: Map<string, GroupFiles>; jobs: Job[] } {
  const files = new Map<string, GroupFiles>();
  const jobs: Job[] = [];
  for (const [model, checkpoint] of checkpoints) {
    const exports = new Map<string, Job['exports'][number]>();
    const truths = new Map<string, Job['truths'][number]>();
    for (const { key, cells, row } of groups) {
      const [cell] = cells;
      if (cell === undefined || cell.model !== model) continue;
      const { precision, batch, size } = cell;
      const needs = findSuite(cell.suite)?.files ?? [];
      const exported = row.format !== 'none' && needs.includes('export');
      const path = exported ? exportPath(folders.exports, row, cell) : checkpoint.path;
      if (exported) exports.set(path, { path, format: row.format, precision, batch, size });
      const judged = needs.includes('truth') && row.device !== 'none';
      const truth = judged ? truthPath(folders.truths, source, cell, checkpoint) : '';
      if (judged) truths.set(truth, { path: truth, batch, size });
      files.set(key, { model: path, exported, truth });
    }
    jobs.push({ model, checkpoint: checkpoint.path, exports: [...exports.values()], truths: [...truths.values()] });
  }
  return { files, jobs };
}
