import { existsSync, readdirSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { type BackendModule, unsupported } from '../contract/backend.ts';
import type { Adapter } from '../record/placement.ts';
import { chosenDrivers, SOFTWARE } from '../record/software.ts';
import { cudaNumerics, nodeFeatures } from './features.node.ts';
import { FLOAT32 } from './numerics.ts';
import { type OrtBuild, type OrtLibrary, type OrtMemory, type OrtTensor, ortBackend, valuesOf } from './ort.ts';

const NODES_ON: { [variant: string]: string } = {
  cpu: 'CPUExecutionProvider',
  webgpu: 'WebGpuExecutionProvider',
  cuda: 'CUDAExecutionProvider',
};

/** Number of this process's threads; undefined where the operating system does not report it (only Linux does). */
function countThreads(): number | undefined {
  return existsSync('/proc/self/task') ? readdirSync('/proc/self/task').length : undefined;
}

/**
 * The adapter that Dawn will choose. onnxruntime-node does not report it, so it is known only where the driver was
 * chosen.
 */
function adapter(): Adapter {
  const software = SOFTWARE.test(chosenDrivers(process.env) ?? '');
  const by = process.env.VK_DRIVER_FILES === undefined ? 'VK_ICD_FILENAMES' : 'VK_DRIVER_FILES';
  const description = software ? `SwiftShader, chosen by ${by}` : 'Dawn’s default adapter';
  return { vendor: null, architecture: null, device: null, driver: null, description, software };
}

/**
 * The CPU's memory is host memory, so only allocation is saved: tensors are made ahead, and the output is written into
 * a given one.
 */
const HOST_MEMORY: OrtMemory = {
  put: (data, dims) => new ort.Tensor('float32', data, dims) as unknown as OrtTensor,
  drained: async () => {},
  read: async (tensor) => (await valuesOf(tensor)) as Float32Array,
};

/** ONNX Runtime's Node addon: CPU, WebGPU (Dawn) and, after `npm run setup:cuda`, CUDA. */
export const start: BackendModule['start'] = async (row, tools) => {
  const provider = row.variant;
  if (provider === 'cuda') {
    const bundled = ort.listSupportedBackends().find((backend) => backend.name === 'cuda')?.bundled;
    if (!bundled)
      throw unsupported(
        'the CUDA provider of onnxruntime-node is not installed',
        'npm run setup:cuda (needs CUDA 12 and cuDNN 9)',
      );
  }
  const before = countThreads();
  const build: OrtBuild = {
    provider,
    nodesOn: [NODES_ON[provider] ?? ''],
    options: (threads) => (provider === 'cpu' ? { intraOpNumThreads: threads } : {}),
    facts: async (threads) => {
      const cuda = provider === 'cuda';
      const told = { features: nodeFeatures(cuda), numerics: cuda ? cudaNumerics() : FLOAT32 };
      if (provider === 'webgpu') return { ...told, adapter: adapter() };
      // The calling thread works too, so one more thread works than appears.
      const after = countThreads();
      if (provider !== 'cpu' || before === undefined || after === undefined) return told;
      return { ...told, threads: { asked: threads, got: Math.min(threads, after - before + 1) } };
    },
    logs: true,
    findsFiles: true,
    // It strips one ./ from the name that it is given, but none from the name in the model.
    keyOf: (name) => (name.startsWith('./') ? `./${name}` : name),
    memory:
      provider === 'cpu'
        ? async () => HOST_MEMORY
        : 'onnxruntime-node takes and returns tensors on the device, but can wait for it only by reading',
    notes: [],
  };
  const backend = ortBackend(ort as unknown as OrtLibrary, build, row, tools);
  return {
    open: (options) =>
      backend.open(options).catch((error: Error) => {
        if (/WebGPU adapter/.test(error.message))
          throw unsupported(
            'onnxruntime-node finds no WebGPU adapter',
            'install a GPU driver with Vulkan and, on Linux, its loader (apt-get install libvulkan1), or Chromium, whose software adapter works where there is no GPU',
          );
        if (provider === 'cuda')
          throw unsupported(
            `CUDA: ${error.message.split('\n')[0]}`,
            'install CUDA 12 and cuDNN 9, then npm run setup:cuda',
          );
        throw error;
      }),
  };
};
