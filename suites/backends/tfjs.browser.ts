import { loadGraphModel } from '@tensorflow/tfjs-converter';
import type { io } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type BackendModule, unsupported } from '../contract/backend.ts';
import { describeWebGL, describeWebGPU, pageFeatures } from './adapter.browser.ts';
import { FLOAT32, textureNumerics } from './numerics.ts';
import { type TfBinding, type TfLibrary, type TfModel, tfjsBackend } from './tfjs.ts';

const WASM_PATHS = '/packages/@tensorflow/tfjs-backend-wasm/dist/';

type DeviceFacts = Awaited<ReturnType<TfBinding['facts']>>;

/** TF.js computes with small host tensors on the CPU, and its kernels do not report this. */
const forwarding = (flag: string): string[] =>
  tf.env().getBool(flag) ? [`operations on small tensors may run on the CPU (${flag})`] : [];

/** Imports the backend's package, which registers it, and returns facts about it. */
const BACKENDS: { [variant: string]: () => Promise<() => Promise<DeviceFacts>> } = {
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    return async () => ({
      threads: { asked: 1, got: 1 },
      features: await pageFeatures(false),
      // JavaScript's numbers are float64; tensors are Float32Arrays.
      numerics: 'float32 storage, float64 arithmetic',
      notes: ['plain JavaScript'],
    });
  },
  wasm: async () => {
    const wasm = await import('@tensorflow/tfjs-backend-wasm');
    wasm.setWasmPaths(WASM_PATHS);
    return async () => ({
      threads: { asked: navigator.hardwareConcurrency, got: wasm.getThreadsCount() },
      features: await pageFeatures(false),
      numerics: FLOAT32,
      notes: [],
    });
  },
  webgl: async () => {
    await import('@tensorflow/tfjs-backend-webgl');
    return async () => ({
      adapter: describeWebGL(),
      features: await pageFeatures(false),
      numerics: textureNumerics(tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')),
      notes: forwarding('WEBGL_CPU_FORWARD'),
    });
  },
  webgpu: async () => {
    await import('@tensorflow/tfjs-backend-webgpu');
    return async () => ({
      adapter: await describeWebGPU(),
      features: await pageFeatures(true),
      numerics: FLOAT32,
      notes: forwarding('WEBGPU_CPU_FORWARD'),
    });
  },
};

/** The parts of the backends that show when their device has finished. */
type WebGLBackend = { gpgpu: { createAndWaitForFence(): Promise<void> } };
type WebGPUBackend = {
  device: GPUDevice;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
};

const DRAINED: { readonly [variant: string]: TfBinding['drained'] } = {
  cpu: 'the plain JavaScript backend keeps tensors in host memory: it has no other device',
  // Kernels are synchronous.
  wasm: async () => {},
  // The same wait as in `data`, before it copies.
  webgl: () => (tf.backend() as unknown as WebGLBackend).gpgpu.createAndWaitForFence(),
  async webgpu() {
    const backend = tf.backend() as unknown as WebGPUBackend;
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    backend.submitQueue();
    await backend.device.queue.onSubmittedWorkDone();
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
  const drained = DRAINED[row.variant] ?? 'nothing shows when its device has finished';
  return tfjsBackend({ tf: tf as unknown as TfLibrary, backend: row.variant, load, facts, drained }, row);
};
