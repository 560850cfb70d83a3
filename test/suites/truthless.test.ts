import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { evaluate } from '../../reference/evaluate.ts';
import { writeOnnx } from '../../reference/formats/onnx/write.ts';
import { FLOAT32, limited, type Truth } from '../../reference/judge/bounds.ts';
import type { Tensor, Weights } from '../../reference/tensor.ts';
import { encodeTruths } from '../../reference/truthfile.ts';
import { seededTensor, seededWeights } from '../../reference/weights/seeded.ts';
import { visit as compliance } from '../../suites/compliance/run.ts';
import type { BackendModule } from '../../suites/contract/backend.ts';
import { checker } from '../../suites/contract/checker.ts';
import { INPUTS } from '../../suites/contract/visit.ts';
import { prepareFiles } from '../../suites/engine/artefacts.ts';
import { judgeVisit } from '../../suites/engine/judge.ts';
import { answer } from '../../suites/hosts/reply.ts';
import { visit as layers } from '../../suites/layers/run.ts';
import { locate } from '../../suites/locate/locate.ts';
import { visit as transfer } from '../../suites/transfer/run.ts';
import { graphOf } from '../reference/graphs.ts';
import { execute, MADE_UP, toolsOf, visitOf } from '../visit.ts';

// A truth that is NaN agrees with a runtime that answers NaN: it must give no verdict anywhere.

const { NaN: NAN } = Number;
const truthOf = (values: readonly number[], bound: number): Truth => {
  const limits = { l2: bound, largest: bound, channels: new Float64Array() };
  return limited({ shape: [1, values.length], data: Float64Array.from(values) }, { direct: limits, wide: limits });
};
const GOOD = [1, 2, 3];
const BOUND = 1e-6;

/** A session that answers `logits` to whatever it is asked, with a tap that is `tap`. */
const answering = (logits: readonly number[], tap: readonly number[]): BackendModule => ({
  start: async () => ({
    open: async () => ({
      prepare: (input) => input,
      run: async () => Float32Array.from(logits),
      tap: async () => new Map([['layer1', Float32Array.from(tap)]]),
      bind: async () => ({ run: async () => {}, read: async () => Float32Array.from(logits), close: async () => {} }),
      placement: async () => ({ device: 'cpu', proof: 'a test', nodes: { test: 1 }, notes: [] }),
      close: async () => {},
    }),
  }),
});

const SUITES = {
  conformance: execute,
  startup: execute,
  latency: execute,
  memory: execute,
  transfer,
  compliance,
} as const;

/** A suite's verdict where the runtime answers with the truth, NaN for NaN; or the one line that it throws. */
async function said(
  suite: keyof typeof SUITES,
  logits: Truth,
  tap: Truth,
  { spoilt = 0, again = false } = {},
): Promise<string> {
  const truths = Array.from({ length: INPUTS }, () => new Map([...[['logits', logits] as const], ['layer1', tap]]));
  const bytes = await encodeTruths(truths);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ spoilt;
  const visit = visitOf('resnet20.seed0', MADE_UP, 32, {
    ...{ suites: [suite], budgetMs: 20_000, warmup: 2, samples: 2, samplingMs: 100 },
    truth: 'truth',
  });
  const tools = toolsOf({ read: async () => new Uint8Array(bytes) });
  const module = answering([...logits.value.data], [...tap.value.data]);
  try {
    if (again) return JSON.stringify(await answer({ kind: 'second-page', row: MADE_UP, visit, suite }, module, tools));
    const outcome = judgeVisit(MADE_UP, [suite], await SUITES[suite](visit, MADE_UP, module, tools)).get(suite);
    return outcome?.status ?? 'nothing';
  } catch (error) {
    return (error as Error).message;
  }
}

const good = truthOf(GOOD, BOUND);
const FLAWS: [string, Truth, string][] = [
  ['NaN', truthOf([NAN, NAN, NAN], NAN), '3 of 3 values are NaN or infinite'],
  ['one NaN', truthOf([1, NAN, 3], BOUND), '1 of 3 values are NaN or infinite'],
  ['infinite in float64', truthOf([1, Infinity, 3], BOUND), '1 of 3 values are NaN or infinite'],
  ['without limits', truthOf(GOOD, NAN), 'float32 overflows on the way to it'],
];

describe.each(FLAWS)('a truth of %s gives no verdict', (_, flawed, words) => {
  it.each(Object.keys(SUITES) as (keyof typeof SUITES)[])('in %s', async (suite) => {
    // A call of no time at all may look cached to compliance.
    expect(await said(suite, good, good)).toMatch(suite === 'compliance' ? /^(ok|wrong)$/ : /^ok$/);
    expect(await said(suite, flawed, good)).toContain(words);
  });

  it('in a tap, in a second page, and in any check', async () => {
    expect(await said('conformance', good, flawed)).toContain(`layer1: ${words}`);
    expect(await said('startup', flawed, good, { again: true })).toContain(words);
    const { data } = flawed.value;
    expect(() => checker('fc', undefined).check(data, flawed)).toThrow(words);
  });
});

it.each(Object.keys(SUITES) as (keyof typeof SUITES)[])(
  'one flipped bit of a bound gives no verdict in %s',
  async (suite) => {
    // The sign of the last bound, and the highest bit of its exponent: 1e-6 becomes 1e302, so everything passes.
    for (const spoilt of [0x80, 0x40])
      expect(await said(suite, good, good, { spoilt })).toMatch(/^the file of truths truth is damaged: .*; run again/);
  },
);

it('a bound that is infinite allows nothing, and a value beyond float32 is one', async () => {
  const unbounded = { ...truthOf(GOOD, BOUND), allowed: new Float64Array(3).fill(Infinity), limits: undefined };
  const check = checker('fc', undefined);
  check.check([1, 2, 3.0000002], unbounded);
  expect(check.worst()?.ratio).toBeGreaterThan(1);
  expect(await said('conformance', truthOf([1, 1e39, 3], BOUND), good)).toBe('ok');
});

// Finite weights that drive the network beyond float64's range: no output can be judged.
const SIZE = 32;
const graph = graphOf('resnet20');
const weights: Weights = new Map(
  [...seededWeights(graph, 0)].map(([name, data]) => [
    name,
    /conv\d\.weight$/.test(name) ? data.map((value) => value * 1e30) : data,
  ]),
);
const folder = mkdtempSync(join(tmpdir(), 'resnet-truthless-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'net.onnx');
writeFileSync(path, writeOnnx(graph, weights, 1, SIZE));
const source = { format: 'onnx', model: 'net.user', files: [{ name: 'net.onnx', path }] } as const;

describe('a network whose truth float64 cannot hold', { timeout: 30_000 }, () => {
  it('gets no file of truths: one line names the model and the tap', async () => {
    const truth = join(folder, 'truth.bin');
    const job = {
      model: 'net.user',
      source,
      exports: [],
      truths: [{ path: truth, precision: 'fp32', batch: 1, size: SIZE }],
    };
    const message = await prepareFiles(job, async () => {}).then(
      () => 'prepared',
      (error: Error) => error.message,
    );
    expect(message).toMatch(/^net\.user: the truth of \S+, \[1, 3, 32, 32\]: float32 overflows on the way to it, /);
    expect(message.split('\n')).toHaveLength(1);
  });

  const input = seededTensor(0, 1, graph.channels, SIZE);
  it('has no first wrong node', async () => {
    const run = async (piece: typeof graph, own: typeof weights, inputs: readonly Tensor[]) =>
      inputs.map((x) => [evaluate(piece, own, x).get(piece.output)?.data ?? []]);
    const suspect = { run, own: undefined, arithmetic: FLOAT32, log: () => {} };
    await expect(locate(graph, weights, [input], suspect)).rejects.toThrow(
      /^the truth of \S+: float32 overflows on the way to it/,
    );
  });

  it('has no layers that are right', async () => {
    const { readFile } = await import('node:fs/promises');
    const module: BackendModule = {
      start: async () => ({
        async open({ location, batch, channels, size, output }) {
          if (typeof location !== 'object') throw new Error('a layer is made in place');
          const call = async (x: Float32Array) =>
            evaluate(location.graph, location.weights, {
              ...{ shape: [batch, channels, size, size], data: Float64Array.from(x) },
            }).get(output)?.data ?? [];
          return {
            ...{ prepare: (x) => x, run: call, tap: async (x) => new Map([[output, await call(x)]]) },
            placement: async () => ({ device: 'cpu', proof: 'a test', nodes: { test: 1 }, notes: [] }),
            close: async () => {},
          };
        },
      }),
    };
    const visit = visitOf('resnet20.seed0', MADE_UP, SIZE, { suites: ['layers'], source });
    const tools = toolsOf({ read: async (location) => new Uint8Array(await readFile(location)) });
    await expect(layers(visit, MADE_UP, module, tools)).rejects.toThrow(/^the truth of \S+: \d+ of \d+ values are NaN/);
  });
});
