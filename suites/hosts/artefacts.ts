import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FLOAT32, truth } from '../../reference/bounds.ts';
import { type ModelSource, openModel } from '../../reference/models/load.ts';
import { foldBatchNorm } from '../../reference/passes/fold-batch-norm.ts';
import { decodeTruths, encodeTruths } from '../../reference/truthfile.ts';
import { seededInput } from '../../reference/weights/seeded.ts';
import type { BackendRow } from '../backend.ts';
import { WEIGHTS_FILE, writeGraphModel } from '../backends/graphmodel.ts';
import { writeOnnx } from '../backends/onnx.ts';
import { INPUTS, PRECISIONS, type Precision } from '../visit.ts';

/** Files that visits need, all from one model's weights. */
export type Job = {
  /** Its id in cells. */
  readonly model: string;
  readonly source: ModelSource;
  /** Exports to write, by path. */
  readonly exports: readonly {
    path: string;
    format: BackendRow['format'];
    precision: string;
    batch: number;
    size: number;
  }[];
  /** Truths to compute, by path. */
  readonly truths: readonly { path: string; batch: number; size: number }[];
};

/** Writes beside the path and renames, so that a file is whole or absent. */
async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  await writeFile(part, bytes);
  await rename(part, path);
}

/** Whether a cached truth is whole. */
async function isTruth(path: string): Promise<boolean> {
  try {
    decodeTruths(await readFile(path));
    return true;
  } catch {
    return false;
  }
}

/** Makes what the job lists and does not exist yet. Throws on a checkpoint that does not fit. */
export async function prepareFiles(job: Job): Promise<void> {
  const opened = await openModel(job.source, readFile);
  for (const { path, format, precision, batch, size } of job.exports) {
    if (existsSync(path)) continue;
    const read = opened.at(batch, size);
    const form = PRECISIONS[precision as Precision].fold ? foldBatchNorm(read.graph, read.weights) : read;
    if (format === 'onnx') await writeWhole(path, writeOnnx(form.graph, form.weights, batch, size));
    if (format === 'graph-model') {
      const { json, weights: bytes } = writeGraphModel(form.graph, form.weights);
      await writeWhole(join(dirname(path), WEIGHTS_FILE), bytes);
      await writeWhole(path, JSON.stringify(json));
    }
  }
  for (const { path, batch, size } of job.truths) {
    if (await isTruth(path)) continue;
    const { graph, weights } = opened.at(batch, size);
    const wanted = new Map([...graph.stages, ['logits', graph.output]]);
    const shape = [batch, graph.channels, size, size];
    const inputs = Array.from({ length: INPUTS }, (_, i) =>
      Float64Array.from(seededInput(i, batch, graph.channels, size)),
    );
    await writeWhole(path, encodeTruths(inputs.map((data) => truth(graph, weights, { shape, data }, wanted, FLOAT32))));
  }
}

/** A hash of the reference's source: a truth computed by other code is another truth. */
export async function referenceHash(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts')).sort();
  const hash = createHash('sha256');
  for (const name of files) hash.update(name).update(await readFile(join(folder, name)));
  return hash.digest('hex');
}
