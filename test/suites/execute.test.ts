import { describe, expect, it } from 'vitest';
import { evaluate } from '../../reference/evaluate.ts';
import { decodeFloats } from '../../reference/float32.ts';
import { FLOAT32, truth } from '../../reference/judge/bounds.ts';
import { buildModel, findModel } from '../../reference/models/models.ts';
import { decodeTruths, encodeTruths } from '../../reference/truthfile.ts';
import { seededTensor, seededWeights } from '../../reference/weights/seeded.ts';
import { kept } from '../../suites/conformance/run.ts';
import type { BackendModule } from '../../suites/contract/backend.ts';
import { INPUTS } from '../../suites/contract/visit.ts';
import { judgeVisit } from '../../suites/engine/judge.ts';
import { logitsSchema, MAX_LOGITS } from '../../suites/record/check.ts';
import type { ResultOf } from '../../suites/suites.ts';
import { execute, MADE_UP, toolsOf, visitOf } from '../visit.ts';

const model = findModel('resnet20');
if (model === undefined) throw new Error('no resnet20');
const graph = buildModel(model);
const weights = seededWeights(graph, 0);
const shape = [1, 3, 32, 32];
const wanted = new Map([...graph.stages, ['logits', graph.output]]);
const inputs = Array.from({ length: INPUTS }, (_, i) => seededTensor(i, 1, 3, 32));
const truths = await encodeTruths(inputs.map((input) => truth({ graph, weights, input }, wanted, FLOAT32)));

const phases: string[] = [];
const tools = toolsOf({
  phase: async (name) => void phases.push(name),
  read: async () => new Uint8Array(truths),
});
const visit = visitOf('resnet20.seed0', MADE_UP, 32, {
  suites: ['conformance', 'latency', 'startup', 'memory'],
  budgetMs: 30_000,
  warmup: 4,
  samples: 4,
  samplingMs: 5000,
  truth: 'truth',
});

/** A backend that is the reference, but for what `spoil` makes of a call's output. */
function module(
  spoil: (call: number, output: Float64Array, before: Float64Array | undefined) => Float64Array,
): BackendModule {
  let call = 0;
  let before: Float64Array | undefined;
  const compute = (input: Float32Array) => evaluate(graph, weights, { shape, data: Float64Array.from(input) });
  return {
    start: async () => ({
      open: async ({ taps }) => ({
        prepare: (input) => input,
        async run(input) {
          const exact = compute(input).get(graph.output)?.data ?? new Float64Array(0);
          const output = spoil(++call, exact, before);
          before = exact;
          return output;
        },
        tap: async (input) => {
          const values = compute(input);
          return new Map(taps.map(({ stage, name }) => [stage, values.get(name)?.data ?? []]));
        },
        placement: async () => ({ device: 'cpu', proof: 'a test', nodes: { test: 1 }, notes: [] }),
        close: async () => {},
      }),
    }),
  };
}

const statusOf = async (spoil: Parameters<typeof module>[0]) => {
  const outcomes = judgeVisit(MADE_UP, visit.suites, await execute(visit, MADE_UP, module(spoil), tools));
  return [...outcomes.values()].map((outcome) => outcome.status);
};

describe('a visit', { timeout: 60_000 }, () => {
  it('takes five samples where even one outlasts the time for sampling, and fewer where the budget ends', async () => {
    const samplesIn = async (budgetMs: number) => {
      const asked = { ...visit, suites: ['latency'], samples: 30, samplingMs: 1, budgetMs };
      const outcomes = judgeVisit(
        MADE_UP,
        asked.suites,
        await execute(
          asked,
          MADE_UP,
          module((_, output) => output),
          tools,
        ),
      );
      const { result } = outcomes.get('latency') as { result?: { samples?: readonly number[] } };
      return result?.samples?.length;
    };
    expect(await samplesIn(30_000)).toBe(5);
    expect(await samplesIn(1)).toBe(1);
  });

  it('passes a backend that is right on every call', async () => {
    phases.length = 0;
    expect(await statusOf((_, output) => output)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(phases).toEqual([
      'baseline',
      'open',
      'opened',
      'first',
      'second',
      'warm-up',
      'warm-up',
      'latency',
      'steady',
      'inspect',
      'close',
      'closed',
    ]);
  });

  it.each([
    [
      'NaN on the second run',
      'wrong',
      (call: number, output: Float64Array) => (call === 2 ? output.map(() => Number.NaN) : output),
    ],
    [
      "the previous input's result",
      'wrong',
      (_: number, output: Float64Array, before?: Float64Array) => before ?? output,
    ],
    [
      // Nothing proves it: it is not repeated.
      'one wrong timed call',
      'suspect',
      (call: number, output: Float64Array) => (call === 7 ? output.map((value) => value * 1.01) : output),
    ],
    [
      'an output cut short',
      'the output has 9 values, the truth 10',
      (call: number, output: Float64Array) => (call === 3 ? output.slice(1) : output),
    ],
  ])('catches %s', async (_, status, spoil) => {
    const statuses = await statusOf(spoil).catch((error: Error) => [error.message]);
    expect(statuses[0]).toBe(status);
  });

  it('keeps the first input’s first logits and their bounds, in round 0 only', async () => {
    const conformance = async (round: number) => {
      const { results } = await execute(
        { ...visit, round },
        MADE_UP,
        module((call, output) => output.map((x) => x + call)),
        tools,
      );
      return results.find((result): result is ResultOf<'conformance'> => result.suite === 'conformance');
    };
    const truth = (await decodeTruths(truths))[0]?.get('logits');
    const { logits } = (await conformance(0)) ?? {};
    expect([...decodeFloats(logits?.values ?? '')]).toEqual(
      [...(truth?.value.data ?? [])].map((x) => Math.fround(x + 1)),
    );
    expect([...decodeFloats(logits?.allowed ?? '')]).toEqual([...(truth?.allowed ?? [])].map(Math.fround));
    expect((await conformance(1))?.logits).toBeUndefined();
  });

  it('keeps no more logits than a record may hold', () => {
    const of = (count: number) => {
      const value = { shape: [count], data: new Float64Array(count) };
      const truth = { value, allowed: new Float64Array(count), limits: undefined };
      return kept(truth.value.data, [new Map([['logits', truth]])]);
    };
    expect(logitsSchema.safeParse(of(MAX_LOGITS)?.logits).success).toBe(true);
    expect(of(MAX_LOGITS + 1)).toBeUndefined();
    expect(kept([1], [])).toBeUndefined();
  });
});
