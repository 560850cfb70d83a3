import { encodeFloats } from '../../reference/float32.ts';
import { random } from '../../reference/random.ts';
import { type Cell, cellId } from '../../suites/plan/cell.ts';
import type { Check, Logits } from '../../suites/record/check.ts';
import { SCHEMA } from '../../suites/record/header.ts';
import type { Outcome, Record, Run } from '../../suites/record/record.ts';
import type { Result } from '../../suites/suites.ts';
import {
  accuracyOf,
  complianceOf,
  layersOf,
  leakOf,
  PASSED,
  placementOf,
  rooflineOf,
  startupOf,
  WORK,
} from './results.ts';

/** Text that would run or break in a page, a table or a terminal if it were not escaped. */
export const HOSTILE = `<script>alert("x")</script>'&,\u001b[31m`;

/** Invented runtimes' speeds, as milliseconds for a unit of work: for tests only, measured nowhere. */
const SPEEDS: { readonly [backend: string]: number } = {
  'ort-node/cpu': 1,
  'ort-node/webgpu': 14,
  'ort-node/cuda': 0.3,
  'ort-web/wasm': 2.1,
  'ort-web/webgpu': 16,
  'ort-web/webgpu-jsep': 22,
  'ort-web/webgl': 30,
  'ort-web/webnn': 1.6,
  'tfjs/cpu': 260,
  'tfjs/wasm': 3.2,
  'tfjs/webgl': 40,
  'tfjs/webgpu': 33,
  'tfjs-node/cpu': 1.4,
};
const BACKENDS = Object.keys(SPEEDS);

/** Networks, input sizes and units of work. */
const SUBJECTS = [
  { model: 'resnet18.seed0', size: 64, work: 3 },
  { model: 'resnet50.seed0', size: 64, work: 7 },
  { model: 'resnet101.seed0', size: 64, work: 13 },
  { model: 'resnet20.akamaster', size: 32, work: 0.9 },
  { model: 'kernels.seed0', size: 16, work: 0.1 },
  { model: 'resnet18.seed0', size: 224, work: 30 },
  { model: 'resnet50.seed0', size: 224, work: 70 },
] as const;

const MIB = 2 ** 20;
/** Backends whose made-up outputs are bit-identical. */
const SHARED: { readonly [backend: string]: string } = {
  'ort-web/webgpu-jsep': 'ort-web/webgpu',
  'tfjs/webgl': 'tfjs/cpu',
  'tfjs/wasm': 'tfjs/cpu',
};

/** Ten logits, each within a hundredth of its bound, or all of them beyond it. */
function logits(backend: string, wrong: boolean): Logits {
  const next = random(BACKENDS.indexOf(SHARED[backend] ?? backend));
  const allowed = Array.from({ length: 10 }, (_, i) => 1e-5 * (i + 1));
  const values = allowed.map((bound, i) => i - 4 + bound * (wrong ? 30 : 0.2 * next() - 0.1));
  return { values: encodeFloats(values), allowed: encodeFloats(allowed) };
}

function checks(next: () => number, wrong: boolean, round: number): Check[] {
  const tensors = round === 0 ? ['layer1', 'layer2', 'layer3', 'layer4', 'logits'] : ['logits'];
  return tensors.map((tensor, i) => {
    const scale = 4 + 3 * i;
    const ratio = (0.02 + 0.05 * next()) * (wrong && i > 2 ? 5000 : 1);
    const allowed = scale * 2e-6 * (i + 1);
    const error = allowed * ratio * 1.1;
    const top = tensor === 'logits' ? { agree: wrong ? 20 : 34, of: 34 } : null;
    return {
      ...{ ...PASSED, tensor, runs: tensor === 'logits' ? 34 : 1, error, scale, allowed, ratio, snr: 118 - i },
      ...{ atol: 0.9 * error, relativeL2: 10 ** (-(118 - i) / 20), cosineDistance: 1e-13, top1: top, top5: top },
    };
  });
}

function result(cell: Cell, work: number, round: number): Result {
  const next = random(round * 7919 + work * 100 + BACKENDS.indexOf(cell.backend) * 31 + cell.suite.length);
  const ms = work * (SPEEDS[cell.backend] ?? 1) * (0.95 + 0.1 * next());
  const browser = cell.backend.startsWith('ort-web') || cell.backend.startsWith('tfjs/');
  switch (cell.suite) {
    case 'latency': {
      const wanted = ms > 600 ? 3 : 30;
      const samples = Array.from(
        { length: wanted },
        () => ms * (0.97 + 0.06 * next() + (next() < 0.07 ? 0.4 * next() : 0)),
      );
      const clock = { step: 4e-5, granularity: browser ? 0.005 : 6e-5 };
      return { suite: 'latency', samples, batch: 1, clock, warmup: 4, short: wanted < 30, work: WORK };
    }
    case 'startup':
      return startupOf(cell.backend, work, ms, next);
    case 'memory': {
      const process = (role: 'process' | 'renderer' | 'gpu', base: number) => {
        const opened = (base + 4 * work) * MIB;
        return {
          role,
          baseline: base * MIB,
          opened,
          steady: opened + 40 * MIB,
          closed: opened - 10 * MIB,
          peak: opened + (60 + 30 * next()) * MIB,
        };
      };
      const processes = browser ? [process('renderer', 120), process('gpu', 90)] : [process('process', 70)];
      return {
        suite: 'memory',
        processes,
        tensors: cell.backend.startsWith('tfjs') ? 50 * MIB : null,
        gpu: browser ? { live: 48 * MIB, peak: 61 * MIB, objects: 120 } : null,
        model: 45 * MIB,
      };
    }
    case 'leak':
      return leakOf(cell.backend, browser, next);
    case 'layers':
      return layersOf(cell.backend, ms > 100 ? 42 : 12, next);
    case 'roofline':
      return rooflineOf(SPEEDS[cell.backend] ?? 1);
    case 'compliance':
      return complianceOf(ms, next);
    case 'accuracy':
      return accuracyOf(ms > 100);
    default: {
      const wrong = cell.backend === 'ort-web/webgl' && cell.model !== 'resnet20.akamaster';
      const votes = round === 0 ? { logits: logits(cell.backend, wrong) } : {};
      return { suite: 'conformance', checks: checks(next, wrong, round), ...votes };
    }
  }
}

/** Every outcome, by backend and network; undefined for a cell that is not reached. */
function outcome(cell: Cell, work: number, round: number): Outcome | undefined {
  const { backend, model, size } = cell;
  if (size === 224 && (backend === 'tfjs/cpu' || backend === 'tfjs/webgl')) return undefined;
  if (backend === 'ort-node/cuda')
    return { status: 'unsupported', reason: 'no NVIDIA driver: libcuda.so.1 was not found', fix: 'npm run setup:cuda' };
  if (backend === 'tfjs/webgpu' && model === 'resnet101.seed0')
    return { status: 'crash', reason: `the page died: ${HOSTILE}`, phase: 'open' };
  if (backend === 'tfjs/cpu' && model === 'resnet101.seed0') return { status: 'timeout', seconds: 120, phase: 'first' };
  const done = result(cell, work, round);
  if (backend === 'ort-web/webgl' && model !== 'resnet20.akamaster')
    return {
      status: 'wrong',
      reason: 'layer4: error 1.2e-2 is 210× what is allowed',
      placement: placementOf(backend),
      result: done,
    };
  if (backend === 'ort-web/webnn')
    return {
      status: 'fallback',
      reason: 'requested webnn, ran on wasm; proof: placement log',
      placement: placementOf(backend, 'wasm'),
      result: done,
    };
  return { status: 'ok', placement: placementOf(backend), result: done };
}

const plan: { cell: Cell; work: number }[] = SUBJECTS.flatMap(({ model, size, work }) =>
  [
    ...(model === 'kernels.seed0' ? ['roofline'] : ['conformance']),
    ...(model === 'resnet18.seed0' ? ['layers', 'leak'] : []),
    ...(model === 'kernels.seed0' ? [] : ['latency', 'startup', 'memory']),
    ...(model.endsWith('akamaster') ? ['compliance', 'accuracy'] : []),
  ].flatMap((suite) =>
    BACKENDS.map((backend) => ({
      cell: { suite, model, precision: 'fp32', form: 'folded', batch: suite === 'accuracy' ? 50 : 1, size, backend },
      work,
    })),
  ),
);

/** Slow cells are not repeated, as in a real run. */
const rounds = ({ cell, work }: (typeof plan)[number]) => ((SPEEDS[cell.backend] ?? 1) * work > 600 ? 1 : 3);

/** A made-up run for tests: every status, 1 and 3 rounds, cells not reached, software adapters, hostile strings. */
export function syntheticRun(): Run {
  const records = plan.flatMap((one) =>
    Array.from({ length: rounds(one) }, (_, round): Record[] => {
      const ended = outcome(one.cell, one.work, round);
      if (ended === undefined || (round > 0 && !('result' in ended))) return [];
      return [{ kind: 'record', id: cellId(one.cell), round, at: '2026-01-02T03:05:00.000Z', outcome: ended }];
    }).flat(),
  );
  const empty = emptyRun();
  return {
    header: { ...empty.header, plan: plan.map(({ cell }) => cellId(cell)) },
    records,
    resumes: [],
    end: empty.end,
    damaged: [`run.jsonl:9: Unexpected token ${HOSTILE}`],
  };
}

/** A run that planned nothing. */
export function emptyRun(): Run {
  return {
    header: {
      kind: 'run',
      schema: SCHEMA,
      started: '2026-01-02T03:04:05.000Z',
      commit: '0123456789ab+',
      command: ['--profile', 'quick', HOSTILE],
      profile: 'quick',
      seed: 1,
      rounds: 3,
      budget: 420,
      within: null,
      environment: {
        os: 'Test OS 1 (Linux 6.1)',
        cpu: `Imaginary CPU ${HOSTILE}`,
        cores: 4,
        memory: 16 * 2 ** 30,
        node: 'v20.0.0',
        browser: {
          name: 'Chromium',
          version: '140.0',
          flags: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
        },
        packages: { 'onnxruntime-node': '1.30.0', 'onnxruntime-web': '1.30.0', '@tensorflow/tfjs-core': '4.22.0' },
        load: 0.4,
        governor: 'performance',
      },
      fingerprint: { hash: '0123456789ab', parts: { cpu: `Imaginary CPU ${HOSTILE}`, cores: '4', gpu: 'none known' } },
      pair: null,
      plan: [],
    },
    records: [],
    resumes: [],
    end: { kind: 'end', at: '2026-01-02T03:15:00.000Z', load: 2.1, steal: 0.03, throttled: { heat: 2, quota: 12.5 } },
    damaged: [],
  };
}
