import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Read } from '../../reference/formats/format.ts';
import { openModel } from '../../reference/models/load.ts';
import { networkAfter } from '../../reference/passes/pass.ts';
import { precisionOf } from '../../reference/precisions/precisions.ts';
import { nchw, type Tensor } from '../../reference/tensor.ts';
import { seededTensor } from '../../reference/weights/seeded.ts';
import { findBackend } from '../backends/backends.ts';
import type { BackendRow, Made } from '../contract/backend.ts';
import { LOGITS } from '../contract/job.ts';
import { describe, loadsOwn, passesFor } from '../contract/network.ts';
import { INPUTS } from '../contract/visit.ts';
import type { DrivenBrowser } from '../hosts/browser/flags.ts';
import type { PackageFolders } from '../hosts/bundle.ts';
import { type Lifetime, lifetime } from '../hosts/lifetime.ts';
import { versionIn } from '../hosts/packages.ts';
import { provisionBrowser } from '../hosts/provision/provision.ts';
import { openScratch, workFolder } from '../hosts/scratch.ts';
import { type BenchFinding, benchTruths, findings } from '../locate/as-bench.ts';
import { type ComparedTensor, comparedFailure, comparedTap } from '../locate/compared.ts';
import { type Doubt, doubtOf, type Other, othersFor } from '../locate/doubt.ts';
import { exportOf } from '../locate/exported.ts';
import { type Located, locate } from '../locate/locate.ts';
import { ownFile, wholeFile } from '../locate/own-file.ts';
import { type Loadable, type ProbedCall, type Prober, prober } from '../locate/prober.ts';
import { fileOf, type Repro, writeRepro } from '../locate/repro.ts';
import { type Rerun, rerun } from '../locate/rerun.ts';
import { differs, type Outputs } from '../locate/suspect.ts';
import { type Cell, cellId, parseCell } from '../plan/cell.ts';
import { checkModels, readOwnModels, withOwn } from '../plan/own.ts';
import { profileOf } from '../plan/plan.ts';
import type { OwnModel } from '../plan/profiles.ts';
import { expand, parseQuery } from '../plan/query.ts';
import { openHosts } from './hosts.ts';
import { machineMemory } from './machine-memory.ts';
import { type Found, findSources } from './sources.ts';

/**
 * What was found of a cell: what a benchmark finds wrong, and the first wrong node with the smallest graph that shows
 * it. `doubt`: another evaluation differs from the truth too, so nothing is written against the backend. Otherwise the
 * repro, and what it says when it is run by itself. `lessExact`: all is within the limits of Winograd's algorithm, so
 * nothing is written either. `compared`: the values of the first wrong node and of the requested tap.
 */
export type LocatedCell = {
  readonly cell: Cell;
  readonly bench: readonly BenchFinding[];
  readonly located: Located | undefined;
  readonly lessExact: boolean;
  readonly compared: readonly ComparedTensor[];
  readonly doubt: Doubt | undefined;
  readonly repro: (Repro & { readonly alone: Rerun }) | undefined;
};

/** Options of `locateCase`. */
export type LocateOptions = {
  /** Custom models, as for `--model`. */
  readonly files: readonly string[];
  /** A stage whose values are wanted even where they are right. */
  readonly tap?: string | undefined;
  /** A browser to drive; undefined to find or provision one. */
  readonly browser: string | undefined;
  /** The runtimes that run. */
  readonly packages: PackageFolders;
  /** The folder in which the repro's folder is created. */
  readonly out: string;
  /** Everything that is opened closes when this ends. */
  readonly lifetime: Lifetime;
  readonly log: (line: string) => void;
};

/** How a suspect's files run, and where what happens is told. */
type Running = { readonly probe: Prober; readonly log: (line: string) => void };

/** Where a repro goes, the browser and the packages that show it, and the backends that check what it accuses. */
type Accusing = {
  readonly browser: DrivenBrowser | undefined;
  readonly packages: PackageFolders;
  readonly out: string;
  readonly others: readonly Other[];
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

/** Throws where a network has no such tap. */
function mustHaveTap({ stages }: Made['graph'], tap: string | undefined): void {
  const taps = [...stages.keys(), LOGITS];
  if (tap !== undefined && !taps.includes(tap)) throw new Error(`no tap '${tap}': it is one of ${taps.join(', ')}`);
}

/** The output of each call, by input. */
function byInput(calls: readonly ProbedCall[], count: number): Outputs {
  const outputs = Array.from({ length: count }, (): ArrayLike<number>[] => []);
  for (const call of calls) outputs[call.input]?.push(...call.outputs.values());
  return outputs;
}

/** The network of a cell as it is read, the file that a benchmark loads, and how to run both. */
async function suspectOf(cell: Cell, row: BackendRow, { source }: Found, { probe, log }: Running) {
  const { batch, size } = cell;
  const { format } = row;
  if (format === undefined) throw new Error(`${row.id} runs no exported model`);
  const read: Read = (await openModel(source, readFile)).at(batch, size);
  const made = networkAfter(passesFor(source, format, cell), read);
  let count = 0;
  const run = (file: Loadable) => async (inputs: readonly Tensor[]) => {
    const { input, output } = file.network;
    log(`probe ${++count}: from ${input} to ${output}, input [${inputs[0]?.shape}]`);
    return byInput((await probe(file, inputs, { asMeasured: false })).calls, inputs.length);
  };
  const own = loadsOwn(source, format) ? await wholeFile(source, read, cell) : undefined;
  const exported = async (): Promise<Loadable> => {
    const file = await exportOf(format, made, cell, []);
    return { ...file, network: describe(made.graph, new Map(), batch, size) };
  };
  return {
    read,
    made,
    whole: own ?? (await exported()),
    suspect: {
      async run(graph: Made['graph'], weights: Made['weights'], inputs: readonly Tensor[]) {
        const [n, , pixels] = nchw(inputs[0]?.shape ?? []);
        return run(await exportOf(format, { graph, weights }, { batch: n, size: pixels }, [graph.output]))(inputs);
      },
      own: own && (await ownFile(own, read, cell, { format, run })),
      arithmetic: precisionOf(cell.precision).arithmetic,
      log,
    },
  };
}

/** Writes a repro of the smallest failing graph and runs it, unless something else is at fault: then why. */
async function accuse(located: Located, row: BackendRow, { browser, packages, out, others }: Accusing) {
  const { format } = row;
  if (format === undefined) throw new Error(`${row.id} runs no exported model`);
  for (const failure of new Set([located.whole, located.smallest])) {
    const doubt = await doubtOf(failure, await fileOf(failure, format), format, others);
    if (doubt !== undefined) return { doubt, repro: undefined };
  }
  const [name = ''] = row.packages;
  const version = versionIn(packages, name);
  const target = join(out, `repro-${row.id.replace('/', '-')}-${located.node.name}`);
  const repro = await writeRepro(target, located.smallest, row, version);
  return { doubt: undefined, repro: { ...repro, alone: await rerun(repro, row, { browser, packages }) } };
}

/**
 * Runs a cell's network as a benchmark does, finds its first wrong node on its backend on any of a benchmark's inputs,
 * and writes a repro of the smallest failing graph. Throws where the backend cannot run.
 */
export async function locateCase(
  id: string,
  { files, tap, browser: path, packages, out, lifetime: outer, log }: LocateOptions,
): Promise<LocatedCell> {
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
    const rows = [row, ...othersFor(row)];
    const hosts = await openHosts(rows, browser, { mounts: { '/work/': folder }, logs: scratch, packages }, opened);
    const place = hosts.of(row);
    if ('reason' in place) throw new Error(`${place.reason}; ${place.fix}`);
    const others = rows.slice(1).flatMap((other): Other[] => {
      const where = hosts.of(other);
      return 'reason' in where ? [] : [{ id: other.id, probe: prober(other, where, folder, `other${other.variant}`) }];
    });
    const found = (await findSources([cell.model], own, () => true, log)).get(cell.model);
    if (found === undefined || 'reason' in found) throw new Error(`${cell.model} was not found`);
    const probe = prober(row, place, folder, 'probe');
    const { read, made, whole, suspect } = await suspectOf(cell, row, found, { probe, log });
    mustHaveTap(read.graph, tap);
    const inputs = Array.from({ length: INPUTS }, (_, i) =>
      seededTensor(i, cell.batch, made.graph.channels, cell.size),
    );
    log('running it as a benchmark does');
    const { calls } = await probe(whole, inputs, { asMeasured: true });
    const truths = benchTruths(read, inputs, suspect.arithmetic);
    const bench = findings(calls, truths);
    const located = await locate(made.graph, made.weights, inputs, suspect);
    const lessExact = located?.lessExact === true && !bench.some(({ verdict }) => differs(verdict));
    const tapped = tap === undefined ? undefined : comparedTap(tap, read.graph, calls, truths);
    const compared = [...(located ? [comparedFailure(located.whole)] : []), ...(tapped ? [tapped] : [])];
    const said = { cell, bench, located, lessExact, compared };
    if (located === undefined || lessExact) return { ...said, doubt: undefined, repro: undefined };
    const paths = { browser: browser.found ? browser : undefined, packages, out, others };
    return { ...said, ...(await accuse(located, row, paths)) };
  } finally {
    await opened.end();
  }
}
