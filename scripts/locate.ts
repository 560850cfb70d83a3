import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Graph, inferShapes } from '../reference/graph.ts';
import { type ModelSource, openModel } from '../reference/models/load.ts';
import { foldBatchNorm } from '../reference/passes/fold-batch-norm.ts';
import { nchw, type Tensor, type Weights } from '../reference/tensor.ts';
import { seededInput } from '../reference/weights/seeded.ts';
import type { BackendRow } from '../suites/backend.ts';
import { WEIGHTS_FILE, writeGraphModel } from '../suites/backends/graphmodel.ts';
import { channelsFirst } from '../suites/backends/layout.ts';
import { writeOnnx } from '../suites/backends/onnx.ts';
import { findBackend } from '../suites/backends/registry.ts';
import type { Cell } from '../suites/cell.ts';
import { type Located, locate, type RunGraph } from '../suites/locate.ts';
import { describe, isFolded } from '../suites/network.ts';
import type { OwnModel } from '../suites/profiles.ts';
import type { Visit } from '../suites/visit.ts';
import { readEnvironment } from './environment.ts';
import { type BrowserChoice, openHosts, type Place } from './hosts.ts';
import { writeRepro } from './repro.ts';
import { findSources } from './sources.ts';

const LIMIT_MS = 300_000;

/** Runs graphs on a backend through its host, each in a fresh process or page. */
function runner(
  row: BackendRow,
  source: ModelSource,
  place: Place,
  folder: string,
  log: (line: string) => void,
): RunGraph {
  let count = 0;
  return async (graph: Graph, weights: Weights, input: Tensor) => {
    const own = join(folder, `probe${count++}`);
    const [batch, , size] = nchw(input.shape);
    log(`probe ${count}: ${graph.nodes.length} nodes up to ${graph.output}, input [${input.shape}]`);
    const file = (name: string, bytes: Uint8Array | string) => {
      writeFileSync(join(own, name), bytes);
      return join(own, name);
    };
    mkdirSync(own);
    const floats = Float32Array.from(input.data);
    const values = file('input.bin', new Uint8Array(floats.buffer));
    let model: string;
    if (row.format === 'onnx') model = file('model.onnx', writeOnnx(graph, weights, batch, size));
    else {
      const { json, weights: bytes } = writeGraphModel(graph, weights);
      file(WEIGHTS_FILE, bytes);
      model = file('model.json', JSON.stringify(json));
    }
    const visit: Visit = {
      ...{ backend: row.id, source, network: describe(graph, new Map(), batch, size), precision: 'fp32', batch, size },
      ...{ suites: [], round: 0 },
      ...{ threads: availableParallelism(), budget: LIMIT_MS, samples: 1, sampling: 0 },
      files: { model: place.locate(model), external: [], truth: '', images: '' },
      probe: { input: place.locate(values) },
      ...{ modelBytes: 0, dataset: '', predictions: '' },
    };
    const outcome = await place.host.run(visit, row, LIMIT_MS, () => {});
    rmSync(own, { recursive: true });
    if (outcome.kind !== 'reply')
      throw new Error(outcome.kind === 'crash' ? outcome.reason : `no answer in ${LIMIT_MS / 1000} s`);
    if ('error' in outcome.reply) throw new Error(outcome.reply.error.split('\n')[0]);
    if (!('output' in outcome.reply)) throw new Error('a visit answered a probe');
    const shape = inferShapes(graph, batch, size).get(graph.output) ?? [];
    return channelsFirst(
      outcome.reply.output.map((value) => value ?? Number.NaN),
      shape,
      row.format === 'graph-model',
    );
  };
}

/** What locating a cell's first wrong node came to; undefined where nothing is wrong. */
export type Finding = { readonly located: Located; readonly repro: string };

/**
 * Finds the first wrong node of a cell's network, which may be one of a person's own, on its backend and writes a repro of the smallest failing graph.
 * Throws where the backend cannot run.
 */
export async function locateCell(
  cell: Cell,
  own: readonly OwnModel[],
  browser: BrowserChoice,
  out: string,
  log: (line: string) => void,
): Promise<Finding | undefined> {
  const row = findBackend(cell.backend);
  if (row === undefined || row.format === 'none') throw new Error(`${cell.backend} runs no exported model`);
  const folder = mkdtempSync(join(tmpdir(), 'resnet-locate-'));
  const hosts = await openHosts([row], browser, { '/work/': folder }, folder);
  try {
    const place = hosts.of(row);
    if ('reason' in place) throw new Error(`${place.reason}; ${place.fix}`);
    const found = (await findSources([cell.model], own, () => true, log)).get(cell.model);
    if (found === undefined || 'reason' in found) throw new Error(`${cell.model} was not found`);
    const { source } = found;
    const { graph, weights } = (await openModel(source, readFile)).at(cell.batch, cell.size);
    const form = isFolded(source, row.format, cell.precision) ? foldBatchNorm(graph, weights) : { graph, weights };
    const shape = [cell.batch, graph.channels, cell.size, cell.size];
    const input = { shape, data: Float64Array.from(seededInput(0, cell.batch, graph.channels, cell.size)) };
    const located = await locate(form.graph, form.weights, input, runner(row, source, place, folder, log));
    if (located === undefined) return undefined;
    const [name = ''] = row.packages;
    const version = readEnvironment([name], null).packages[name] ?? '';
    const target = join(out, `repro-${row.id.replace('/', '-')}-${located.node.name}`);
    return { located, repro: writeRepro(target, located.smallest, row, version) };
  } finally {
    await hosts.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A finding in a few lines. */
export function findingText(cell: Cell, finding: Finding | undefined): string {
  if (finding === undefined) return `${cell.model} on ${cell.backend}: every stage and the output are right\n`;
  const { node, whole, smallest } = finding.located;
  const verdict = ({ error, allowed, ratio }: { error: number; allowed: number; ratio: number }) =>
    `error ${error.toExponential(2)}, allowed ${allowed.toExponential(2)}, ${ratio.toPrecision(3)}× too much`;
  return [
    `${cell.model} on ${cell.backend}: the first wrong node is ${node.name} (${node.op})`,
    `  in the network: ${verdict(whole.verdict)}`,
    `  smallest graph that shows it: ${smallest.graph.nodes.map((one) => `${one.name} (${one.op})`).join(' → ')}`,
    `  on an input of [${smallest.input.shape}]: ${verdict(smallest.verdict)}`,
    `  repro, with the runtime's public API alone: ${finding.repro}`,
    '',
  ].join('\n');
}
