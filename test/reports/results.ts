import type { Check } from '../../suites/record/check.ts';
import type { Adapter, Placement } from '../../suites/record/placement.ts';
import type { Start } from '../../suites/startup/schema.ts';
import type { ResultOf } from '../../suites/suites.ts';

const MIB = 2 ** 20;

/** A network of a billion multiply-adds that moves 100 MB. */
export const WORK = { macs: 1e9, bytes: 1e8 };

/** A comparison that passed with a large margin. */
export const PASSED: Check = {
  ...{ tensor: 'logits', runs: 34, error: 1e-6, scale: 1, allowed: 1e-5, ratio: 0.1, atol: 0 },
  ...{ relativeL2: 2e-7, cosineDistance: 2e-14, snr: 134, nonfinite: 0, lost: 0, special: 0 },
  ...{ top1: { agree: 34, of: 34 }, top5: { agree: 30, of: 30 } },
};

/** Where a session ran whose placement was logged. */
export const PLACED: Placement = {
  device: 'webgpu',
  proof: 'placement log',
  nodes: { WebGpuExecutionProvider: 40 },
  notes: [],
};

/** A result of two calls. */
export const LATENCY: ResultOf<'latency'> = {
  suite: 'latency',
  samples: [1, 2],
  batch: 1,
  clock: { step: 1e-4, granularity: 1e-4 },
  warmup: 4,
  short: false,
  work: WORK,
};

/** An adapter of which little is reported. */
export const adapterOf = (description: string, software: boolean): Adapter => ({
  ...{ vendor: null, architecture: null, device: null, driver: null, description, software },
});

const software = { ...adapterOf('SwiftShader Device (Subzero)', true), vendor: 'google', driver: 'SwiftShader 5' };

/** Where a backend ran, or, with a device, where it ran instead. */
export function placementOf(backend: string, device = backend.split('/')[1]?.replace('-jsep', '') ?? 'cpu'): Placement {
  const gpu = device === 'webgpu' || device === 'webgl';
  return {
    device,
    proof: gpu ? 'kernel profile' : 'placement log',
    nodes: { [device]: 53 },
    numerics: 'float32 storage and arithmetic',
    features: {
      simd: device === 'wasm' ? true : null,
      jspi: null,
      float16: null,
      crossOriginIsolated: true,
      tf32: null,
    },
    ...(backend.startsWith('ort') ? { fallbacks: backend.endsWith('webnn') ? 53 : 0, copies: 0 } : {}),
    ...(gpu ? { adapter: software } : {}),
    ...(device === 'wasm' ? { threads: { asked: 4, got: 4 } } : {}),
    notes: gpu ? ['timestamp queries are off'] : [],
  };
}

/** Parts of a start-up that take this long each. */
export const start = (part: number): Start => ({
  ...{ module: part, device: null, read: null, session: part, first: part, second: part, bytes: null },
});

/** A start-up in Node, where nothing more is reported. */
export const started = (parts: Partial<Start>): ResultOf<'startup'> => ({
  ...{ suite: 'startup', ...start(1), compiled: null, warm: null },
  ...parts,
});

/** A start-up whose GPU compiles in the first call; in a browser, once more where it was quick. */
export function startupOf(backend: string, work: number, ms: number, next: () => number): ResultOf<'startup'> {
  const gpu = /web(gpu|gl)/.test(backend);
  const browser = backend.startsWith('ort-web') || backend.startsWith('tfjs/');
  const parts = (warm: number): Start => ({
    module: (30 + 100 * next()) * warm,
    device: backend.startsWith('tfjs/') ? 30 + 100 * next() : null,
    read: browser ? (20 + 4 * work * next()) * warm : null,
    session: 60 + 4 * work * next(),
    first: ms * 2 + 50 * next(),
    second: ms,
    bytes: browser ? { network: warm < 1 ? 0 : 60 * MIB, cache: warm < 1 ? 60 * MIB : 0 } : null,
  });
  const none = { shaders: 0, pipelines: 0, asynchronous: 0, pending: 0 };
  const many = { shaders: 15, pipelines: 14, asynchronous: 14, pending: ms };
  return {
    suite: 'startup',
    ...parts(1),
    compiled: browser ? { open: none, first: gpu ? many : none, second: none, later: none } : null,
    warm: !browser
      ? null
      : ms < 600
        ? parts(0.4)
        : { reason: 'the cold start took more than 25 % of the visit’s budget' },
  };
}

/** Memory that grows by 2 MiB a cycle on one backend. */
export function leakOf(backend: string, browser: boolean, next: () => number): ResultOf<'leak'> {
  return {
    suite: 'leak',
    processes: [
      {
        role: browser ? 'renderer' : 'process',
        rss: Array.from({ length: 50 }, (_, i) => (100 + (backend === 'tfjs/webgl' ? 2 * i : next())) * MIB),
      },
    ],
    gpu: browser ? Array.from({ length: 50 }, () => MIB) : [],
    tensors: [],
    wanted: 50,
  };
}

/** Twelve layers, of which two are wrong on one backend. */
export function layersOf(backend: string, total: number, next: () => number): ResultOf<'layers'> {
  return {
    suite: 'layers',
    layers: Array.from({ length: 12 }, (_, i) => ({
      ops: i % 2 === 0 ? ['Conv'] : ['Conv', 'Relu'],
      input: [1, 64, 16, 16],
      check: {
        ...{ ...PASSED, tensor: `layer1.${i}.conv1`, runs: 4, error: 3e-6, scale: 6, allowed: 2e-5, snr: 130 },
        ...{ ratio: 0.02 * next() * (backend === 'ort-web/webgl' && i > 9 ? 9000 : 1), top1: null, top5: null },
      },
    })),
    refused: [],
    total,
  };
}

/** Chains of kernels on a device that takes `ms` for a unit of work. */
export function rooflineOf(ms: number): ResultOf<'roofline'> {
  return {
    suite: 'roofline',
    compute: { flops: 1e9, size: 64, short: [5 * ms, 6 * ms], long: [11 * ms, 10 * ms] },
    memory: { bytes: 3 * 2 ** 26, tensor: 2 ** 26, short: [10 * ms], long: [30 * ms] },
    checks: [{ ...PASSED, tensor: 'compute', top1: null, top5: null }],
  };
}

/** Blocks of a backend that caches nothing. */
export function complianceOf(ms: number, next: () => number): ResultOf<'compliance'> {
  const time = () => ms * (0.99 + 0.02 * next());
  return {
    ...{ suite: 'compliance', inputs: 'images', calls: 150, stale: 0, varying: 0, checks: [] },
    blocks: Array.from({ length: 10 }, () => ({ same: time(), fresh: time(), other: time() })),
    classified: { images: 64, top1: 60, differs: [] },
  };
}

/** A thousand images, or 150 where a backend is slow. */
export function accuracyOf(slow: boolean): ResultOf<'accuracy'> {
  const [images, top1, top5] = slow ? [150, 138, 150] : [1000, 918, 998];
  const dataset = 'CIFAR-10 test set, first 1000 images';
  return { suite: 'accuracy', dataset, images, available: 1000, top1, top5, differs: [] };
}
