import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type BackendModule, unsupported } from '../backend.ts';
import type { GraphModelJson } from './graphmodel.ts';
import { type TfLibrary, type TfModel, tfjsBackend } from './tfjs.ts';

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

/** TF.js over TensorFlow's C library, on the CPU or with CUDA. */
export const start: BackendModule['start'] = async (row) => {
  const tf = loadPackage(row.variant === 'cuda' ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node');
  const load = async (location: string) => {
    const model = JSON.parse(await readFile(location, 'utf8')) as GraphModelJson;
    const [group] = model.weightsManifest;
    const bytes = await readFile(join(dirname(location), group?.paths[0] ?? ''));
    const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    return tf.loadGraphModel(
      tf.io.fromMemory({ modelTopology: model.modelTopology, weightSpecs: group?.weights, weightData }),
    );
  };
  const facts = async () => ({ notes: [] });
  return tfjsBackend({ tf, backend: 'tensorflow', load, facts }, row);
};
