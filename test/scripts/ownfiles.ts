import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { WEIGHTS_FILE, writeGraphModel } from '../../reference/formats/graph-model/write.ts';
import { writeOnnx } from '../../reference/formats/onnx/write.ts';
import { graphParameters } from '../../reference/graph.ts';
import { parameter } from '../../reference/tensor.ts';
import { seededWeights } from '../../reference/weights/seeded.ts';
import { graphOf } from '../reference/graphs.ts';
import { writeSafetensors } from '../reference/safetensorsfile.ts';

// A small network as each kind of custom model file.

/** A folder for the test file, removed after its tests. */
export const folder = mkdtempSync(join(tmpdir(), 'resnet-own-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file in that folder, and returns its path. */
export function put(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const network = graphOf('resnet8');
const weights = seededWeights(network, 0);
export const onnx = writeOnnx(network, weights, 1, 32);
export const { json, weights: shard } = writeGraphModel(network, weights, 32);
/** The manifest of its TF.js model, with other files. */
export const weightsManifest = (paths: string[]) => [{ paths, weights: json.weightsManifest[0]?.weights }];
/** Its weights in a safetensors file, after a change. */
export const checkpoint = (
  change: (tensors: Map<string, { shape: readonly number[]; data: Float32Array }>) => void,
) => {
  const specs = graphParameters(network);
  const tensors = new Map(specs.map(({ name, shape }) => [name, { shape, data: parameter(weights, name).slice() }]));
  change(tensors);
  return writeSafetensors(tensors);
};

put('good/net.onnx', onnx);
put('good/tfjs/model.json', JSON.stringify(json));
put(`good/tfjs/${WEIGHTS_FILE}`, shard);
put(
  'good/weights.safetensors',
  checkpoint(() => {}),
);
