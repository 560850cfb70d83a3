import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { GraphModelJson } from '../../reference/formats/graph-model/write.ts';
import { joinBytes } from '../../reference/join.ts';
import { type BackendModule, unsupported } from '../contract/backend.ts';
import { cudaNumerics, nodeFeatures } from './features.node.ts';
import { FLOAT32 } from './numerics.ts';
import { type Artefacts, artefacts, type TfBinding, type TfLibrary, type TfModel, tfjsBackend } from './tfjs.ts';

const require = createRequire(import.meta.url);

type TfNode = TfLibrary & {
  io: { fromMemory(artifacts: object): unknown };
  loadGraphModel(handler: unknown): Promise<TfModel>;
};

/** Loads the native package. Both register TensorFlow's C library as the backend `tensorflow`. */
function loadPackage(name: string): TfNode {
  try {
    return require(name) as TfNode;
  } catch (error) {
    const [line = ''] = (error as Error).message.split('\n').filter((text) => text.trim() !== '');
    throw unsupported(
      `${name}: ${line.replace(/ at path:? .*/, '')}`,
      'npm run setup:cuda, which fetches its native library',
    );
  }
}

/** Reads a graph model from its files. */
async function readArtefacts(path: string): Promise<Artefacts> {
  const json = JSON.parse(await readFile(path, 'utf8')) as GraphModelJson;
  const paths = json.weightsManifest.flatMap((group) => group.paths);
  const parts = await Promise.all(paths.map((part) => readFile(join(dirname(path), part))));
  return artefacts({ json, weights: joinBytes(parts) });
}

/** TF.js over TensorFlow's C library, on the CPU or with CUDA. */
export const start: BackendModule['start'] = async (row) => {
  const tf = loadPackage(row.variant === 'cuda' ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node');
  const load: TfBinding['load'] = async (source) =>
    tf.loadGraphModel(tf.io.fromMemory(typeof source === 'string' ? await readArtefacts(source) : source));
  const cuda = row.variant === 'cuda';
  const facts = async () => ({ features: nodeFeatures(cuda), numerics: cuda ? cudaNumerics() : FLOAT32, notes: [] });
  const drained = 'only reading shows when TensorFlow’s device has finished';
  return tfjsBackend({ tf, backend: 'tensorflow', load, facts, drained }, row);
};
