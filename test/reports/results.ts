import type { Check } from '../../suites/check.ts';
import type { ResultOf } from '../../suites/record.ts';

const MIB = 2 ** 20;

/** A comparison that passed by far. */
export const PASSED: Check = {
  ...{ tensor: 'logits', runs: 34, error: 1e-6, scale: 1, allowed: 1e-5, ratio: 0.1, atol: 0 },
  ...{ relativeL2: 2e-7, cosineDistance: 2e-14, snr: 134, nonfinite: 0, lost: 0, special: 0 },
  ...{ top1: { agree: 34, of: 34 }, top5: { agree: 30, of: 30 } },
};

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
