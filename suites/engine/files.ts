import { createHash } from 'node:crypto';
import { mkdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type FormatId, formatOf } from '../../reference/formats/formats.ts';
import { graphsOf, type ModelFile, type ModelSource, type NamedGraph } from '../../reference/models/load.ts';
import { graphAfter } from '../../reference/passes/pass.ts';
import { precisionText } from '../../reference/precisions/notation.ts';
import { CACHE_FIX, cacheFolder } from '../../reference/weights/checkpoint-files.node.ts';
import { cannotWrite, sweepParts } from '../../reference/write.node.ts';
import { type Defect, knownDefects } from '../backends/defects.ts';
import type { BackendRow } from '../contract/backend.ts';
import { describe, loadsOwn, type Network, passesFor } from '../contract/network.ts';
import { INPUTS } from '../contract/visit.ts';
import type { Cell } from '../plan/cell.ts';
import { findSuite } from '../suites.ts';
import type { Job } from './artefacts.ts';
import type { Group } from './runner.ts';
import type { Found } from './sources.ts';

/** The file that a group's visits load: an export, or the custom model's own file. */
export type GroupModel = {
  readonly path: string;
  readonly format: FormatId;
  /** Whether a job writes it. */
  readonly exported: boolean;
  /** The files that it refers to, of a custom model's own. */
  readonly external: readonly ModelFile[];
};

/** A group's files. They exist once the model's job is done. */
export type GroupFiles = {
  /** Undefined where the visits load no file. */
  readonly model: GroupModel | undefined;
  /** The path of the truth; undefined where the suites need none, or the backend computes nothing. */
  readonly truth: string | undefined;
  readonly network: Network;
  /** The known defects of the backend that the network may show. */
  readonly defects: readonly Defect[];
};

/** Folders. Exports are deleted after a run; truths stay in the cache. */
export type Folders = { readonly exports: string; readonly truths: string };

function exportPath(folder: string, format: FormatId, cell: Cell): string {
  const { model, batch, size } = cell;
  return join(folder, formatOf(format).exportPath(`${model}-${precisionText(cell)}`, `b${batch}-${size}`));
}

/** The path of a truth. Its name is a hash of everything that it depends on, including the reference's source. */
function truthPath(folder: string, code: string, cell: Cell, sha256: string | undefined): string {
  const key = [code, cell.model, sha256, cell.precision, cell.batch, cell.size, INPUTS].join('/');
  return join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.bin`);
}

/** The file that visits of a cell load in this format; undefined where the suite loads none. */
function modelOf(
  source: ModelSource,
  format: FormatId | undefined,
  cell: Cell,
  folder: string,
): GroupModel | undefined {
  const needs = findSuite(cell.suite)?.files ?? [];
  if (format === undefined || !needs.includes('export')) return undefined;
  const [main, ...external] = loadsOwn(source, format) ? source.files : [];
  if (main !== undefined) return { path: main.path, format, exported: false, external };
  return { path: exportPath(folder, format, cell), format, exported: true, external: [] };
}

/**
 * The network that a group's visits load: folded in exports, unfolded for backends that load no file. And the known
 * defects that it may show.
 */
function networkOf(
  source: ModelSource,
  { graph, names }: NamedGraph,
  row: BackendRow,
  cell: Cell,
): Pick<GroupFiles, 'network' | 'defects'> {
  const own = loadsOwn(source, row.format);
  const passes = own || row.format === undefined ? [] : passesFor(source, row.format, cell);
  const loaded = own ? graph : graphAfter(passes, graph);
  return {
    network: describe(loaded, own ? names : new Map(), cell.batch, cell.size),
    defects: knownDefects(loaded, row.id),
  };
}

/**
 * The files of each group by its key, and one job per model to make them. `code` is the hash of the reference's source.
 * Throws where a model does not fit a cell.
 */
export async function planFiles(
  groups: readonly Group[],
  sources: ReadonlyMap<string, Found>,
  folders: Folders,
  code: string,
): Promise<{ files: Map<string, GroupFiles>; jobs: Job[] }> {
  const files = new Map<string, GroupFiles>();
  const jobs: Job[] = [];
  for (const [model, { source, sha256 }] of sources) {
    const graphAt = await graphsOf(source, readFile);
    const graphs = new Map<string, NamedGraph>();
    const exports = new Map<string, Job['exports'][number]>();
    const truths = new Map<string, Job['truths'][number]>();
    for (const { key, cells, row } of groups) {
      const [cell] = cells;
      if (cell === undefined || cell.model !== model) continue;
      const { precision, form, batch, size } = cell;
      const file = modelOf(source, row.format, cell, folders.exports);
      if (file?.exported) {
        const { path, format } = file;
        exports.set(path, { path, format, precision, form, batch, size });
      }
      const judged = findSuite(cell.suite)?.files.includes('truth') && row.device !== 'none';
      const truth = judged ? truthPath(folders.truths, code, cell, sha256) : undefined;
      if (truth !== undefined) truths.set(truth, { path: truth, precision, batch, size });
      const shape = `${batch}/${size}`;
      const graph = graphs.get(shape) ?? graphAt(batch, size);
      graphs.set(shape, graph);
      files.set(key, { model: file, truth, ...networkOf(source, graph, row, cell) });
    }
    if (exports.size + truths.size > 0)
      jobs.push({ model, source, exports: [...exports.values()], truths: [...truths.values()] });
  }
  return { files, jobs };
}

/** Bytes of the model that is loaded, with what it refers to. */
export function sizeOnDisk({ path, format, exported, external }: GroupModel): number {
  const more = exported
    ? formatOf(format).beside.map((name) => join(dirname(path), name))
    : external.map((file) => file.path);
  return [path, ...more].reduce((sum, file) => sum + statSync(file).size, 0);
}

/**
 * The cache's folder of truths, without files that killed runs left incomplete. Throws one line where it cannot be
 * made.
 */
export function truthFolder(): string {
  const folder = join(cacheFolder(), 'truth');
  try {
    mkdirSync(folder, { recursive: true });
    sweepParts(folder);
    return folder;
  } catch (error) {
    throw cannotWrite(folder, error, CACHE_FIX);
  }
}
