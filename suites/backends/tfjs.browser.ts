import { loadGraphModel } from '@tensorflow/tfjs-converter';
import type { io } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type BackendModule, unsupported } from '../backend.ts';
import { describeWebGL, describeWebGPU } from './adapter.browser.ts';
import { type TfBinding, type TfLibrary, type TfModel, tfjsBackend } from './tfjs.ts';

const WASM_PATHS = '/packages/@tensorflow/tfjs-backend-wasm/dist/';

type Facts = Awaited<ReturnType<TfBinding['facts']>>;

/** Imports the backend's package, which registers it, and returns what it tells of itself. */
const BACKENDS: { [variant: string]: () => Promise<() => Promise<Facts>> } = {
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    return async () => ({ threads: { asked: 1, got: 1 }, notes: ['plain JavaScript'] });
  },
  wasm: async () => {
    const wasm = await import('@tensorflow/tfjs-backend-wasm');
    wasm.setWasmPaths(WASM_PATHS);
    return async () => ({
      threads: { asked: navigator.hardwareConcurrency, got: wasm.getThreadsCount() },
      notes: [`SIMD ${(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) ? 'on' : 'off'}`],
    });
  },
  webgl: async () => {
    await import('@tensorflow/tfjs-backend-webgl');
    return async () => ({
      adapter: describeWebGL(),
      notes: [tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED') ? 'float32 textures' : 'float16 textures'],
    });
  },
  webgpu: async () => {
    await import('@tensorflow/tfjs-backend-webgpu');
    return async () => ({ adapter: await describeWebGPU(), notes: [] });
  },
};

/** TF.js in a page, on one of its four backends. */
export const start: BackendModule['start'] = async (row, _, loaded) => {
  const facts = await BACKENDS[row.variant]?.();
  if (facts === undefined) throw new Error(`TF.js has no backend '${row.variant}'`);
  loaded();
  if (!(await tf.setBackend(row.variant)) || tf.getBackend() !== row.variant)
    throw unsupported(
      `TF.js could not start its ${row.variant} backend`,
      'use a browser and machine that have it: npm run doctor',
    );
  await tf.ready();
  const load: TfBinding['load'] = async (source) =>
    (await loadGraphModel(
      typeof source === 'string' ? source : ({ load: async () => source } as io.IOHandler),
    )) as unknown as TfModel;
  return tfjsBackend({ tf: tf as unknown as TfLibrary, backend: row.variant, load, facts }, row);
};
