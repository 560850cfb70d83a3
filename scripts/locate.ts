import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verdictText } from '../reference/judge/verdict.ts';
import { openModel } from '../reference/models/load.ts';
import { foldBatchNorm } from '../reference/passes/fold-batch-norm.ts';
import { seededTensor } from '../reference/weights/seeded.ts';
import { findBackend } from '../suites/backends/backends.ts';
import { isFolded } from '../suites/contract/network.ts';
import { readEnvironment } from '../suites/engine/environment.ts';
import { type BrowserChoice, openHosts } from '../suites/engine/hosts.ts';
import { findSources } from '../suites/engine/sources.ts';
import { type Lifetime, lifetime } from '../suites/hosts/lifetime.ts';
import { openScratch } from '../suites/hosts/scratch.ts';
import { type Located, locate, type RunGraph } from '../suites/locate/locate.ts';
import { type Prober, prober } from '../suites/locate/prober.ts';
import { writeRepro } from '../suites/locate/repro.ts';
import type { Cell } from '../suites/plan/cell.ts';
import type { OwnModel } from '../suites/plan/profiles.ts';

/** Runs a graph and gives its output, each time in a fresh process or page. */
function runner(probe: Prober, log: (line: string) => void): RunGraph {
  let count = 0;
  return async (graph, weights, input) => {
    log(`probe ${++count}: ${graph.nodes.length} nodes up to ${graph.output}, input [${input.shape}]`);
    const { outputs } = await probe(graph, weights, input, [graph.output]);
    return outputs.get(graph.output) ?? [];
  };
}

/** What locating a cell's first wrong node came to; undefined where nothing is wrong. */
export type Finding = { readonly located: Located; readonly repro: string };

export type LocateOptions = {
  readonly own: readonly OwnModel[];
  readonly browser: BrowserChoice;
  /** The folder that the repro's folder goes into. */
  readonly out: string;
  /** What it opens ends with this, wherever it is. */
  readonly lifetime: Lifetime;
  readonly log: (line: string) => void;
};

/**
 * Finds the first wrong node of a cell's network, which may be one of a person's own, on its backend and writes a repro of the smallest failing graph.
 * Throws where the backend cannot run.
 */
export async function locateCell(
  cell: Cell,
  { own, browser, out, lifetime: outer, log }: LocateOptions,
): Promise<Finding | undefined> {
  const row = findBackend(cell.backend);
  if (row?.format === undefined) throw new Error(`${cell.backend} runs no exported model`);
  const opened = lifetime();
  outer.defer(opened.end);
  const scratch = openScratch(opened);
  const folder = join(scratch, 'work');
  mkdirSync(folder);
  try {
    const hosts = await openHosts([row], browser, { '/work/': folder }, scratch, opened);
    const place = hosts.of(row);
    if ('reason' in place) throw new Error(`${place.reason}; ${place.fix}`);
    const found = (await findSources([cell.model], own, () => true, log)).get(cell.model);
    if (found === undefined || 'reason' in found) throw new Error(`${cell.model} was not found`);
    const { source } = found;
    const { graph, weights } = (await openModel(source, readFile)).at(cell.batch, cell.size);
    const form = isFolded(source, row.format, cell.precision) ? foldBatchNorm(graph, weights) : { graph, weights };
    const input = seededTensor(0, cell.batch, graph.channels, cell.size);
    const located = await locate(form.graph, form.weights, input, runner(prober(row, place, folder), log));
    if (located === undefined) return undefined;
    const [name = ''] = row.packages;
    const version = readEnvironment([name], null).packages[name] ?? '';
    const target = join(out, `repro-${row.id.replace('/', '-')}-${located.node.name}`);
    return { located, repro: await writeRepro(target, located.smallest, row, version) };
  } finally {
    await opened.end();
  }
}

/** A finding in a few lines. */
export function findingText(cell: Cell, finding: Finding | undefined): string {
  if (finding === undefined) return `${cell.model} on ${cell.backend}: every stage and the output are right\n`;
  const { node, whole, smallest } = finding.located;
  return [
    `${cell.model} on ${cell.backend}: the first wrong node is ${node.name} (${node.op})`,
    `  in the network: ${verdictText(whole.verdict)}`,
    `  smallest graph that shows it: ${smallest.graph.nodes.map((one) => `${one.name} (${one.op})`).join(' → ')}`,
    `  on an input of [${smallest.input.shape}]: ${verdictText(smallest.verdict)}`,
    `  repro, with the runtime's public API alone: ${finding.repro}`,
    '',
  ].join('\n');
}
