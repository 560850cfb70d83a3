import type { BackendRow } from '../contract/backend.ts';

const ORT_NODE = { host: 'node', format: 'onnx', module: 'ort', packages: ['onnxruntime-node'] } as const;
const ORT_WEB = { host: 'browser', format: 'onnx', module: 'ort', packages: ['onnxruntime-web'] } as const;
const TFJS = {
  host: 'browser',
  format: 'graph-model',
  module: 'tfjs',
  packages: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-converter'],
} as const;

/** Every backend, in the order of reports. */
export const BACKENDS: readonly BackendRow[] = [
  { ...ORT_NODE, id: 'ort-node/cpu', device: 'cpu', variant: 'cpu' },
  { ...ORT_NODE, id: 'ort-node/webgpu', device: 'webgpu', variant: 'webgpu' },
  { ...ORT_NODE, id: 'ort-node/cuda', device: 'cuda', variant: 'cuda' },
  { ...ORT_WEB, id: 'ort-web/wasm', device: 'wasm', variant: 'wasm' },
  { ...ORT_WEB, id: 'ort-web/webgpu', device: 'webgpu', variant: 'webgpu' },
  { ...ORT_WEB, id: 'ort-web/webgpu-jsep', device: 'webgpu', variant: 'jsep' },
  { ...ORT_WEB, id: 'ort-web/webgl', device: 'webgl', variant: 'webgl' },
  { ...ORT_WEB, id: 'ort-web/webnn', device: 'webnn', variant: 'webnn' },
  { ...TFJS, id: 'tfjs/cpu', device: 'cpu', variant: 'cpu', slow: true },
  { ...TFJS, id: 'tfjs/wasm', device: 'wasm', variant: 'wasm' },
  { ...TFJS, id: 'tfjs/webgl', device: 'webgl', variant: 'webgl' },
  { ...TFJS, id: 'tfjs/webgpu', device: 'webgpu', variant: 'webgpu' },
  {
    id: 'tfjs-node/cpu',
    host: 'node',
    device: 'cpu',
    format: 'graph-model',
    module: 'tfjs',
    variant: 'cpu',
    packages: ['@tensorflow/tfjs-node'],
  },
  {
    id: 'tfjs-node/cuda',
    host: 'node',
    device: 'cuda',
    format: 'graph-model',
    module: 'tfjs',
    variant: 'cuda',
    packages: ['@tensorflow/tfjs-node-gpu'],
  },
  // These two test this project: the overhead of the harness, and that the truth scores an error of 0.
  {
    id: 'null',
    host: 'node',
    device: 'none',
    module: 'null',
    variant: '',
    packages: [],
    gauges: 'clock',
  },
  {
    id: 'f64',
    host: 'node',
    device: 'cpu',
    module: 'f64',
    variant: '',
    packages: [],
    gauges: 'judge',
    slow: true,
  },
];

/** The row of a backend, or undefined. */
export function findBackend(id: string): BackendRow | undefined {
  return BACKENDS.find((row) => row.id === id);
}
