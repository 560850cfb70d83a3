import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { workOf } from '../../reference/analysis.ts';
import type { Read } from '../../reference/formats/format.ts';
import { type FormatId, formatOf } from '../../reference/formats/formats.ts';
import { truthsOf } from '../../reference/judge/bounds.ts';
import { type Coverage, watch } from '../../reference/judge/coverage.ts';
import { requireSound } from '../../reference/judge/sound.ts';
import { type ModelFile, type ModelSource, openModel } from '../../reference/models/load.ts';
import { networkAfter, type Weighted } from '../../reference/passes/pass.ts';
import { type PrecisionForm, passesOf, precisionText } from '../../reference/precisions/notation.ts';
import { precisionOf } from '../../reference/precisions/precisions.ts';
import type { Weights } from '../../reference/tensor.ts';
import { decodeTruths, encodeTruths, type Truths } from '../../reference/truthfile.ts';
import { CACHE_FIX } from '../../reference/weights/checkpoint-files.node.ts';
import { seededTensor } from '../../reference/weights/seeded.ts';
import { writeWhole } from '../../reference/write.node.ts';
import { INPUTS } from '../contract/visit.ts';
import { coveragePath, readCoverage } from './coverage.ts';

/** What a truth is of: the network as it is read, in a precision that says how much rounding allows. */
type TruthRequest = { readonly precision: string; readonly batch: number; readonly size: number };

/** Files to make for visits, all from one model's weights. */
export type Job = {
  /** The model's id in cells. */
  readonly model: string;
  readonly source: ModelSource;
  /** Exports to write, by path. */
  readonly exports: readonly (PrecisionForm & {
    readonly path: string;
    readonly format: FormatId;
    readonly batch: number;
    readonly size: number;
  })[];
  /** Truths to compute, by path. */
  readonly truths: readonly ({ readonly path: string } & TruthRequest)[];
};

/**
 * Whether a cached truth exists and is bit for bit as it was written, with its coverage beside it. Otherwise both are
 * computed again.
 */
async function isTruth(path: string): Promise<boolean> {
  try {
    await decodeTruths(await readFile(path));
    return (await readCoverage(path)) !== undefined;
  } catch {
    return false;
  }
}

/**
 * Returns a reader of a model's files. It throws where a file has changed since it was hashed for the names of the
 * truths.
 */
function reader(files: readonly ModelFile[]): (path: string) => Promise<Uint8Array> {
  return async (path) => {
    const bytes = await readFile(path);
    const wanted = files.find((file) => file.path === path)?.sha256;
    if (wanted !== undefined && createHash('sha256').update(bytes).digest('hex') !== wanted)
      throw new Error(`${path} has changed since this run began: run again`);
    return bytes;
  };
}

/** Caches the results of a function of batch and size. */
function once<T>(make: (batch: number, size: number) => T): (batch: number, size: number) => T {
  const made = new Map<string, T>();
  return (batch, size) => {
    const key = `${batch}/${size}`;
    const known = made.get(key) ?? make(batch, size);
    made.set(key, known);
    return known;
  };
}

/** Called before each step, with its multiply-adds. */
export type Tell = (step: string, macs: number) => Promise<void>;

const EXPORT_FIX = 'or set TMPDIR to another folder';

/**
 * The truths of a network's stages and logits, for each of a visit's inputs, and the share of its channels that the
 * inputs reach. Throws where a truth is not finite.
 */
async function truthsFor(
  model: string,
  { graph, weights }: Read,
  { precision, batch, size }: TruthRequest,
  tell: Tell,
): Promise<{ truths: Truths; coverage: Coverage }> {
  const watching = watch();
  const wanted = new Map([...graph.stages, ['logits', graph.output]]);
  const { arithmetic } = precisionOf(precision);
  const { direct, winograd } = arithmetic.ways;
  const times = 1 + direct.length + winograd.length;
  await tell(`the truth of ${model} at ${size}×${size}`, INPUTS * times * workOf(graph, batch, size).macs);
  const inputs = Array.from({ length: INPUTS }, (_, i) => seededTensor(i, batch, graph.channels, size));
  const truths = truthsOf({ graph, weights, inputs, observe: watching.see }, wanted, arithmetic);
  try {
    for (const [i, taps] of truths.entries())
      for (const [tap, one] of taps) requireSound(`${tap}, [${inputs[i]?.shape.join(', ')}]`, one);
  } catch (error) {
    throw new Error(`${model}: ${(error as Error).message}`);
  }
  return { truths, coverage: watching.coverage(INPUTS) };
}

/**
 * Makes the files of a job that do not exist yet. Throws one line on a checkpoint that does not fit, on a truth that is
 * not finite, and on a full disk.
 */
export async function prepareFiles(job: Job, tell: Tell): Promise<void> {
  await tell(`reading ${job.model}`, 0);
  const opened = await openModel(job.source, reader(job.source.files));
  const readAt = once((batch: number, size: number) => opened.at(batch, size));
  // An architecture's weights are the same at every size, so they are folded once.
  const made = new Map<string, Map<Weights, Weighted>>();
  const madeOf = (read: Read, network: PrecisionForm): Weighted => {
    const text = precisionText(network);
    const ofText = made.get(text) ?? new Map<Weights, Weighted>();
    const known = ofText.get(read.weights) ?? networkAfter(passesOf(network), read);
    made.set(text, ofText.set(read.weights, known));
    return known;
  };
  for (const { path, format, precision, form, batch, size } of job.exports) {
    if (existsSync(path)) continue;
    await tell(`exporting ${job.model} as ${format}`, 0);
    const network = madeOf(readAt(batch, size), { precision, form });
    const { write } = await formatOf(format).write();
    const { main, beside } = write(network.graph, network.weights, { batch, size, taps: [] });
    // The main file comes last: where it is, all are.
    for (const [name, bytes] of beside) await writeWhole(join(dirname(path), name), bytes, EXPORT_FIX);
    await writeWhole(path, main, EXPORT_FIX);
  }
  for (const { path, precision, batch, size } of job.truths) {
    if (await isTruth(path)) continue;
    const { truths, coverage } = await truthsFor(job.model, readAt(batch, size), { precision, batch, size }, tell);
    await writeWhole(coveragePath(path), JSON.stringify(coverage), CACHE_FIX);
    await writeWhole(path, await encodeTruths(truths), CACHE_FIX);
  }
}

/** A hash of the reference's source. Truths computed by other code have other names. */
export async function referenceHash(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts')).sort();
  const hash = createHash('sha256');
  for (const name of files) hash.update(name).update(await readFile(join(folder, name)));
  return hash.digest('hex');
}
