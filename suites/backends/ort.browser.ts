import { tap } from '../contract/abilities.ts';
import { type BackendModule, type Session, unsupported } from '../contract/backend.ts';
import { describeWebGL, describeWebGPU, pageFeatures, rendersFloat32 } from './adapter.browser.ts';
import { FLOAT32, textureNumerics } from './numerics.ts';
import { type OrtBuild, type OrtLibrary, type OrtMemory, type OrtTensor, ortBackend } from './ort.ts';
import { deviceBuffer, readBuffer } from './webgpu.browser.ts';

/** URL of onnxruntime-web's wasm files. */
const WASM_PATHS = '/packages/onnxruntime-web/dist/';

/** The part of a WebGPU build that is used for tensors on the device. */
type OrtEnv = { webgpu: { device: Promise<GPUDevice> | GPUDevice } };
type OrtGpuTensor = { fromGpuBuffer(buffer: GPUBuffer, options: object): OrtTensor };

const LIBRARIES = {
  wasm: () => import('onnxruntime-web/wasm'),
  webgpu: () => import('onnxruntime-web/webgpu'),
  jsep: () => import('onnxruntime-web'),
  webgl: () => import('onnxruntime-web/webgl'),
  webnn: () => import('onnxruntime-web/all'),
} as const;

const PROVIDERS = {
  wasm: { provider: 'wasm', nodesOn: ['CPUExecutionProvider'] },
  // Before 1.23 this bundle had JSEP. The placement names the provider that ran.
  webgpu: { provider: 'webgpu', nodesOn: ['WebGpuExecutionProvider', 'JsExecutionProvider'] },
  jsep: { provider: 'webgpu', nodesOn: ['JsExecutionProvider'] },
  webgl: { provider: 'webgl', nodesOn: [] },
  webnn: { provider: 'webnn', nodesOn: ['WebNNExecutionProvider'] },
} as const;

/** How each build computes with a float32 model. */
const NUMERICS: { readonly [variant in keyof typeof LIBRARIES]: () => string } = {
  wasm: () => FLOAT32,
  webgpu: () => FLOAT32,
  jsep: () => FLOAT32,
  // The build's own test for the textures to use (onnxjs/backends/webgl/webgl-context.ts).
  webgl: () => textureNumerics(rendersFloat32()),
  webnn: () => 'float32 storage; the platform chooses the arithmetic',
};

async function requireDevice(variant: keyof typeof LIBRARIES): Promise<void> {
  if (variant === 'webgpu' || variant === 'jsep') {
    if (!(await navigator.gpu?.requestAdapter()))
      throw unsupported(
        'this browser has no WebGPU adapter',
        'use a browser with WebGPU and a GPU, or --enable-unsafe-webgpu for a software adapter',
      );
  }
  if (variant === 'webnn') {
    const ml = (navigator as { ml?: { createContext(): Promise<unknown> } }).ml;
    const reason = ml
      ? await ml.createContext().then(
          () => undefined,
          (error: Error) => error.message,
        )
      : 'navigator.ml is missing';
    if (reason !== undefined)
      throw unsupported(
        `WebNN: ${reason}`,
        'run on a platform where Chrome or Edge has WebNN (Windows with DirectML, macOS with Core ML)',
      );
  }
}

/** The WebGL build has few operators, and only reports a missing one when it opens or first runs a model. */
function refuse(error: Error): never {
  // A dynamic dimension is empty in this message.
  if (/expected shape '\[(?:|[^']*,)(?:,[^']*)?\]'/.test(error.message))
    throw unsupported(
      "ONNX Runtime's WebGL build takes no model whose input has dynamic dimensions",
      'save it with fixed dimensions: python -m onnxruntime.tools.make_dynamic_shape_fixed --input_name NAME --input_shape 1,3,224,224',
    );
  if (/not supported|cannot resolve operator/i.test(error.message))
    throw unsupported(
      `ONNX Runtime's WebGL build: ${error.message}`,
      'use ort-web/webgpu, or a model without that operator',
    );
  throw error;
}

const guardWebGL = (session: Session): Session => ({
  ...session,
  run: (input) => session.run(input).catch(refuse),
  tap: (input) => tap(session, input).catch(refuse),
});

/** Why a build keeps no tensors on the device between calls. */
const UNBOUND: { readonly [variant: string]: string } = {
  wasm: 'onnxruntime-web copies tensors into and out of WebAssembly’s memory at every call',
  webgl: "ONNX Runtime's WebGL build takes and returns tensors in host memory only",
  webnn: 'ML tensors are not bound here: only reading one shows when WebNN has finished',
};

/** Tensors as buffers of the device that ONNX Runtime created. */
async function gpuMemory(library: { env: OrtEnv; Tensor: OrtGpuTensor }): Promise<OrtMemory> {
  const device = await library.env.webgpu.device;
  const buffers = new Map<OrtTensor, { buffer: GPUBuffer; bytes: number }>();
  return {
    put(data, dims) {
      const buffer = deviceBuffer(device, data);
      const dispose = () => buffer.destroy();
      const tensor = library.Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims, dispose });
      buffers.set(tensor, { buffer, bytes: data.byteLength });
      return tensor;
    },
    drained: () => device.queue.onSubmittedWorkDone(),
    async read(tensor) {
      const found = buffers.get(tensor);
      if (found === undefined) throw new Error('not a tensor of this memory');
      return readBuffer(device, found.buffer, found.bytes);
    },
  };
}

/** A library. Before 1.17 a build is a CommonJS module, which is the default export of what is imported. */
const unwrapped = <T extends object>(loaded: T): T =>
  'env' in loaded ? loaded : (loaded as unknown as { readonly default: T }).default;

/** ONNX Runtime Web. Each variant is one of its builds. */
export const start: BackendModule['start'] = async (row, tools, loaded) => {
  const variant = row.variant as keyof typeof LIBRARIES;
  const ort = unwrapped(await LIBRARIES[variant]());
  if (variant === 'webgpu' || variant === 'jsep' || variant === 'webnn') {
    loaded();
    await requireDevice(variant);
  }
  ort.env.logLevel = 'verbose';
  if (variant !== 'webgl') ort.env.wasm.wasmPaths = WASM_PATHS;
  let asked = 0;
  const build: OrtBuild = {
    ...PROVIDERS[variant],
    options: (threads) => {
      asked = threads;
      if (variant !== 'webgl') ort.env.wasm.numThreads = threads;
      return {};
    },
    facts: async () => {
      const onWebGPU = variant === 'webgpu' || variant === 'jsep';
      const features = await pageFeatures(onWebGPU);
      const numerics = NUMERICS[variant]();
      if (variant === 'webgl') return { adapter: describeWebGL(), features, numerics };
      const threads = { asked, got: ort.env.wasm.numThreads ?? 1 };
      return { ...(onWebGPU ? { adapter: await describeWebGPU() } : {}), threads, features, numerics };
    },
    logs: variant !== 'webgl',
    findsFiles: false,
    keyOf: (name) => name,
    memory: UNBOUND[variant] ?? (() => gpuMemory(ort as unknown as { env: OrtEnv; Tensor: OrtGpuTensor })),
    notes: [],
  };
  const backend = ortBackend(ort as unknown as OrtLibrary, build, row, tools);
  if (variant !== 'webgl') return backend;
  return {
    async open(options) {
      if (options.external.length > 0)
        throw unsupported(
          "ONNX Runtime's WebGL build reads no tensors outside the model's file",
          'save the model in one file: onnx.save_model(onnx.load(path), path)',
        );
      return guardWebGL(await backend.open(options).catch(refuse));
    },
  };
};
