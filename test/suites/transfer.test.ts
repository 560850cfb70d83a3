import { describe, expect, it } from 'vitest';
import { limited } from '../../reference/judge/bounds.ts';
import { encodeTruths } from '../../reference/truthfile.ts';
import { seededInput } from '../../reference/weights/seeded.ts';
import type { BackendModule } from '../../suites/contract/backend.ts';
import { INPUTS } from '../../suites/contract/visit.ts';
import { judgeVisit } from '../../suites/engine/judge.ts';
import type { ResultOf } from '../../suites/suites.ts';
import { transfer as figuresOf, type Transfer } from '../../suites/transfer/figures.ts';
import { visit as transfer } from '../../suites/transfer/run.ts';
import { PASSED } from '../reports/results.ts';
import { MADE_UP, toolsOf, visitOf } from '../visit.ts';

const visit = visitOf('resnet20.seed0', MADE_UP, 32, {
  ...{ suites: ['transfer'], samples: 10, samplingMs: 5000 },
  truth: 'truth',
});

/** What the made-up network answers to each input: its first values. */
const answers = Array.from({ length: INPUTS }, (_, i) => seededInput(i, 1, 3, 32).slice(0, 10));
const truths = await encodeTruths(
  answers.map((values) => {
    const limits = { l2: 1e-6, largest: 1e-6, channels: new Float64Array() };
    const value = { shape: [1, 10], data: Float64Array.from(values) };
    return new Map([['logits', limited(value, { direct: limits, wide: limits })]]);
  }),
);

/** Milliseconds of what a made-up device does. */
const COSTS = { upload: 3, compute: 10, read: 2 };

/**
 * A device whose clock is counted by hand. `stuck` tells whose answer a bound call leaves instead of its own input's, by
 * the call's number: null where it leaves the output alone, undefined where it is right.
 */
async function visited(
  stuck: (call: number) => number | null | undefined,
  { granularity = 0.001, samples = visit.samples } = {},
) {
  let now = 0;
  const order: string[] = [];
  const state = { output: new Float32Array(10), calls: 0, closed: 0 };
  const module: BackendModule = {
    start: async () => ({
      open: async () => ({
        prepare: (input) => input,
        async run(input) {
          now += COSTS.upload + COSTS.compute + COSTS.read;
          order.push('host');
          return input.slice(0, 10);
        },
        bind: async (inputs) => ({
          async run(index) {
            now += COSTS.compute;
            order.push('bound');
            const answer = stuck(state.calls++);
            if (answer !== null) state.output = (inputs[answer ?? index] as Float32Array).slice(0, 10);
          },
          async read() {
            now += COSTS.read;
            return state.output;
          },
          close: async () => void state.closed++,
        }),
        placement: async () => ({ device: 'cpu', proof: 'a test', nodes: {}, notes: [] }),
        close: async () => void state.closed++,
      }),
    }),
  };
  const tools = toolsOf({
    // Reading moves on a coarse clock, so that its steps can be measured.
    now() {
      now += granularity / 10;
      return Math.floor(now / granularity) * granularity;
    },
    read: async () => new Uint8Array(truths),
  });
  const reply = await transfer({ ...visit, samples }, MADE_UP, module, tools);
  const [result] = reply.results as [ResultOf<'transfer'>];
  return { result, order, state, outcome: judgeVisit(MADE_UP, ['transfer'], reply).get('transfer') };
}

const close = (samples: readonly number[], ms: number) => {
  for (const sample of samples) expect(Math.abs(sample - ms), `${sample} is not ${ms}`).toBeLessThan(0.02);
};

describe('transfer', () => {
  it('times the three forms of a call, and checks every sample', async () => {
    const { result, outcome, state } = await visited(() => undefined);
    expect(outcome?.status).toBe('ok');
    expect([result.host.length, result.bound.length, result.read.length]).toEqual([10, 10, 10]);
    close(result.host, 15);
    close(result.bound, 10);
    close(result.read, 12);
    expect(result.checks.map(({ tensor, runs, error }) => [tensor, runs, error])).toEqual([
      ['host', 16, 0],
      ['bound', 16, 0],
      ['read', 16, 0],
    ]);
    // The bound tensors, the session, and the session that proves the placement.
    expect(state.closed).toBe(3);
  });

  it('gives the forms their turns in an order that changes', async () => {
    const [blocks, length] = [12, 18];
    const { order } = await visited(() => undefined, { samples: 5 * blocks });
    const timed = order.slice(-blocks * length);
    const places = Array.from({ length: blocks }, (_, i) => timed.slice(i * length, (i + 1) * length).indexOf('host'));
    expect(new Set(places)).toEqual(new Set([0, 6, 12]));
  });

  it.each([
    ['no bound call does anything', () => null],
    ['one bound call does nothing', (call: number) => (call === 17 ? null : undefined)],
  ])('finds it where %s', async (_, stuck) => {
    const { outcome } = await visited(stuck);
    expect(outcome).toMatchObject({ status: 'wrong' });
    expect(outcome && 'reason' in outcome && outcome.reason).toMatch(/^\d+ outputs? equal that of another input/);
  });

  it.each([0, 1])('finds an output stuck at input %i, where one block of batches is timed', async (input) => {
    const coarse = { granularity: 0.5, samples: 5 };
    const { state, result: right } = await visited(() => undefined, coarse);
    // Six turns of two forms, the first of a single call: what a batch leaves must not always be the same input's.
    const timed = state.calls - 2 * (1 + 5 * right.batch);
    const { result, outcome } = await visited((call) => (call >= timed ? input : undefined), coarse);
    expect(result.batch % 2).toBe(0);
    expect(outcome?.status).toBe('wrong');
  });
});

const rounds = (...given: readonly (readonly [host: number, bound: number, read: number])[]): Transfer => {
  const results = given.map(([host, bound, read]): ResultOf<'transfer'> => {
    const clock = { step: 1e-3, granularity: 1e-3 };
    const samples = (ms: number) => Array.from({ length: 10 }, () => ms);
    return {
      ...{ suite: 'transfer', batch: 1, clock, warmup: 4, short: false },
      ...{ host: samples(host), bound: samples(bound), read: samples(read) },
      checks: ['host', 'bound', 'read'].map((tensor) => ({ ...PASSED, tensor })),
    };
  });
  return figuresOf(results);
};

describe('what transfer amounts to', () => {
  it('splits the difference into upload and read-back, over rounds', () => {
    const { upload, readBack, ratio, few } = rounds([15, 10, 12], [16, 10, 12.5], [15.5, 10, 12.2]);
    expect([upload.median, readBack.median, ratio.median].map((one) => Number(one.toFixed(6)))).toEqual([
      3.3, 2.2, 1.55,
    ]);
    expect(upload.interval?.[0]).toBeGreaterThan(2.2);
    expect(upload.interval?.[1]).toBeLessThan(4.4);
    expect(few).toBeUndefined();
  });

  it('has an interval around 0 where noise hides the cost, and none below 3 rounds', () => {
    const { upload } = rounds([12, 10, 12.5], [12, 10, 11.5], [12.1, 10, 12.1]);
    expect(upload.interval?.[0]).toBeLessThan(0);
    expect(upload.interval?.[1]).toBeGreaterThan(0);
    const { readBack, few } = rounds([12, 10, 11]);
    expect(readBack).toEqual({ median: 1, interval: undefined });
    expect(few).toBe('1 round');
  });
});
