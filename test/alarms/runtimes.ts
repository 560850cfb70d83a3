import '@tensorflow/tfjs-backend-cpu';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import * as node from 'onnxruntime-node';
import * as web from 'onnxruntime-web';
import { writeGraphModel } from '../../reference/formats/graph-model/write.ts';
import { addOutputs, outputFields, writeOnnx } from '../../reference/formats/onnx/write.ts';
import { channelsFirst } from '../../reference/layout.ts';
import type { Weighted } from '../../reference/passes/pass.ts';
import { nchw, type Tensor } from '../../reference/tensor.ts';

/** A value's name and its shape, [N, C, H, W] or [N, features]. */
export type Wanted = ReadonlyMap<string, readonly number[]>;

/** Runs a network in this process, through the runtime's public API, and returns the wanted values in NCHW. */
export type Runtime = (network: Weighted, input: Tensor, wanted: Wanted) => Promise<Map<string, ArrayLike<number>>>;

type Ort = Pick<typeof node, 'InferenceSession' | 'Tensor'>;

const ort =
  ({ InferenceSession, Tensor: OrtTensor }: Ort): Runtime =>
  async ({ graph, weights }, input, wanted) => {
    const [batch, , size] = nchw(input.shape);
    const taps = [...wanted].map(([name, shape]) => ({ name, shape })).filter(({ name }) => name !== graph.output);
    const model = addOutputs(writeOnnx(graph, weights, batch, size), outputFields(taps));
    const session = await InferenceSession.create(model);
    const outputs = await session.run({
      input: new OrtTensor('float32', Float32Array.from(input.data), [...input.shape]),
    });
    await session.release();
    return new Map([...wanted.keys()].map((name) => [name, outputs[name]?.data as Float32Array]));
  };

const tfjs =
  (backend: 'cpu' | 'wasm'): Runtime =>
  async ({ graph, weights }, input, wanted) => {
    await tf.setBackend(backend);
    if (tf.getBackend() !== backend) throw new Error(`TF.js runs on ${tf.getBackend()}, not ${backend}`);
    const { json, weights: bytes } = writeGraphModel(graph, weights, input.shape[2] ?? 0);
    const model = await loadGraphModel({
      load: async () => ({
        modelTopology: json.modelTopology,
        weightSpecs: json.weightsManifest[0]?.weights ?? [],
        weightData: bytes.buffer,
      }),
    });
    const names = [...wanted.keys()];
    const outputs = tf.tidy(() => {
      const image = tf.transpose(tf.tensor4d(Float32Array.from(input.data), nchw(input.shape)), [0, 2, 3, 1]);
      return model.execute(image, names) as tf.Tensor | tf.Tensor[];
    });
    const tensors = [outputs].flat();
    const values = new Map<string, ArrayLike<number>>();
    for (const [i, [name, shape]] of [...wanted].entries()) {
      const data = await (tensors[i] as tf.Tensor).data();
      values.set(name, channelsFirst(data, shape, true));
    }
    tf.dispose(tensors);
    model.dispose();
    return values;
  };

const require = createRequire(import.meta.url);
setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
web.env.wasm.numThreads = 1;
web.env.wasm.wasmPaths = `${join(dirname(require.resolve('onnxruntime-web')))}/`;

/** The runtimes that run in Node, by the ids of backends. */
export const RUNTIMES: { readonly [id: string]: Runtime } = {
  'ort-node/cpu': ort(node),
  'ort-web/wasm': ort(web as unknown as Ort),
  'tfjs/wasm': tfjs('wasm'),
  'tfjs/cpu': tfjs('cpu'),
};
