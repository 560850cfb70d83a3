import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openModel } from '../../reference/models/load.ts';
import { networkAfter } from '../../reference/passes/pass.ts';
import { precisionOf } from '../../reference/precisions/precisions.ts';
import { seededTensor } from '../../reference/weights/seeded.ts';
import { findBackend } from '../backends/backends.ts';
import { passesFor } from '../contract/network.ts';
import { type Lifetime, lifetime } from '../hosts/lifetime.ts';
import { provisionBrowser } from '../hosts/provision/provision.ts';
import { openScratch, workFolder } from '../hosts/scratch.ts';
import { type Located, locate, type RunGraph } from '../locate/locate.ts';
import { type Prober, prober } from '../locate/prober.ts';
import { writeRepro } from '../locate/repro.ts';
import { type Cell, cellId, parseCell } from '../plan/cell.ts';
import { checkModels, readOwnModels, withOwn } from '../plan/own.ts';
import { profileOf } from '../plan/plan.ts';
import type { OwnModel } from '../plan/profiles.ts';
import { expand, parseQuery } from '../plan/query.ts';
import { readEnvironment } from './environment.ts';
import { openHosts } from './hosts.ts';
import { machineMemory } from './machine-memory.ts';
import { findSources } from './sources.ts';

/** Returns a function that runs a graph in a fresh process or page and returns its output. */
function runner(probe: Prober, log: (line: string) => void): RunGraph {
  let count = 0;
  return async (graph, weights, input) => {
    log(`probe ${++count}: ${graph.nodes.length} nodes up to ${graph.output}, input [${input.shape}]`);
    const { outputs } = await probe(graph, weights, input, [graph.output]);
    return outputs.get(graph.output) ?? [];
  };
}

/** The first wrong node of a cell's network, the smallest graph that shows it, and the path of its repro. */
export type LocatedCell = { readonly cell: Cell; readonly located: Located; readonly repro: string };

/** Options of `locateCase`. */
export type LocateOptions = {
  /** Custom models, as for `--model`. */
  readonly files: readonly string[];
  /** A browser to drive; undefined to find or provision one. */
  readonly browser: string | undefined;
  /** The folder in which the repro's folder is created. */
  readonly out: string;
  /** Everything that is opened closes when this ends. */
  readonly lifetime: Lifetime;
  readonly log: (line: string) => void;
};

/**
 * The cell of an id, which may name a custom model. Throws where there is no such cell, or its model needs too much
 * memory.
 */
async function cellOf(id: string, own: readonly OwnModel[]): Promise<Cell> {
  const cells = expand([parseQuery(cellId(parseCell(id)))], withOwn(profileOf('quick'), own));
  const [cell] = cells;
  if (cell === undefined) throw new Error(`'${id}' is not a cell`);
  await checkModels(cells, own, machineMemory());
  return cell;
}

/**
 * Finds the first wrong node of a cell's network on its backend, and writes a repro of the smallest failing graph.
 * Resolves with the cell alone where its stages and output are right. Throws where the backend cannot run.
 */
export async function locateCase(
  id: string,
  { files, browser: path, out, lifetime: outer, log }: LocateOptions,
): Promise<LocatedCell | Pick<LocatedCell, 'cell'>> {
  const own = await readOwnModels(files);
  const cell = await cellOf(id, own);
  const row = findBackend(cell.backend);
  if (row?.format === undefined) throw new Error(`${cell.backend} runs no exported model`);
  const opened = lifetime();
  outer.defer(opened.end);
  try {
    const scratch = openScratch(opened);
    const browser = await provisionBrowser({ path, log, install: true });
    const folder = workFolder(scratch);
    const hosts = await openHosts([row], browser, { mounts: { '/work/': folder }, logs: scratch }, opened);
    const place = hosts.of(row);
    if ('reason' in place) throw new Error(`${place.reason}; ${place.fix}`);
    const found = (await findSources([cell.model], own, () => true, log)).get(cell.model);
    if (found === undefined || 'reason' in found) throw new Error(`${cell.model} was not found`);
    const { source } = found;
    const { graph, weights } = (await openModel(source, readFile)).at(cell.batch, cell.size);
    const made = networkAfter(passesFor(source, row.format, cell), { graph, weights });
    const input = seededTensor(0, cell.batch, graph.channels, cell.size);
    const located = await locate(made.graph, made.weights, input, {
      run: runner(prober(row, place, folder), log),
      arithmetic: precisionOf(cell.precision).arithmetic,
    });
    if (located === undefined) return { cell };
    const [name = ''] = row.packages;
    const version = readEnvironment([name], null).packages[name] ?? '';
    const target = join(out, `repro-${row.id.replace('/', '-')}-${located.node.name}`);
    return { cell, located, repro: await writeRepro(target, located.smallest, row, version) };
  } finally {
    await opened.end();
  }
}
