import { describe, expect, it } from 'vitest';
import { evaluate } from '../../reference/evaluate.ts';
import { FLOAT32, truth } from '../../reference/judge/bounds.ts';
import { loadModel } from '../../reference/models/load.ts';
import { encodeTruths } from '../../reference/truthfile.ts';
import { seededTensor } from '../../reference/weights/seeded.ts';
import { answers, nonfiniteIn } from '../../suites/contract/answers.ts';
import type { BackendModule, Session } from '../../suites/contract/backend.ts';
import { checker } from '../../suites/contract/checker.ts';
import { INPUTS, type Visit } from '../../suites/contract/visit.ts';
import type { ResultOf } from '../../suites/suites.ts';
import { execute, MADE_UP, toolsOf, visitOf } from '../visit.ts';

const MODEL = 'resnet20.seed0';
const { graph, weights } = loadModel(MODEL, undefined);
const inputs = Array.from({ length: INPUTS }, (_, i) => seededTensor(i, 1, 3, 32));
const exact = inputs.map((input) => evaluate(graph, weights, input));
const wanted = new Map([...graph.stages, ['logits', graph.output]]);
const truths = await encodeTruths(inputs.map((input) => truth({ graph, weights, input }, wanted, FLOAT32)));
const visit = visitOf(MODEL, MADE_UP, 32, { suites: ['conformance'], truth: 'truth' });

/** A visit of the reference as a backend whose calls take `ms`, and the inputs that were tapped, by index. */
async function tappedIn(more: Partial<Visit>, ms: number) {
  const tapped: number[] = [];
  let now = 0;
  const indexOf = (input: Float32Array) => inputs.findIndex(({ data }) => data[0] === input[0]);
  const module: BackendModule = {
    start: async () => ({
      open: async ({ taps }) => {
        const session: Session = {
          prepare: (input) => input,
          async run(input) {
            now += ms;
            return exact[indexOf(input)]?.get(graph.output)?.data ?? [];
          },
          async tap(input) {
            now += ms;
            tapped.push(indexOf(input));
            return new Map(taps.map(({ stage, name }) => [stage, exact[indexOf(input)]?.get(name)?.data ?? []]));
          },
          placement: async () => ({ device: 'cpu', proof: 'a test', nodes: {}, notes: [] }),
          close: async () => {},
        };
        return session;
      },
    }),
  };
  const tools = toolsOf({ now: () => now, read: async () => new Uint8Array(truths) });
  const { results } = await execute({ ...visit, ...more }, MADE_UP, module, tools);
  const result = results.find((one): one is ResultOf<'conformance'> => one.suite === 'conformance');
  return { tapped, result, runs: result?.checks.find(({ tensor }) => tensor === 'layer1')?.runs };
}

describe('stages', () => {
  it('are compared on another input each round, and on all where there is only one', async () => {
    const rounds = await Promise.all([0, 1, 2].map((round) => tappedIn({ round, rounds: 3 }, 10)));
    expect(rounds.map(({ tapped, runs }) => [tapped, runs])).toEqual([
      [[0], 1],
      [[1], 1],
      [[0], 1],
    ]);
    expect(await tappedIn({ rounds: 1 }, 10)).toMatchObject({ tapped: [0, 1], runs: 2 });
  });

  it('that the budget has no time for are said to be left out', async () => {
    expect((await tappedIn({ budgetMs: 35, rounds: 1 }, 10)).result?.untapped).toMatch(
      /^\d stages on 1 of 2 inputs: one more run/,
    );
    expect((await tappedIn({ budgetMs: 35 }, 10)).result?.untapped).toBeUndefined();
    const none = await tappedIn({ budgetMs: 20 }, 10);
    expect([none.tapped, none.result?.untapped]).toEqual([
      [],
      expect.stringMatching(/^\d stages on 1 of 1 input: one more run would have/),
    ]);
  });
});

describe('an answer', () => {
  const truthOf = (value: number) => ({
    value: { shape: [1, 2], data: Float64Array.of(value, value) },
    allowed: Float64Array.of(1e-6, 1e-6),
    limits: undefined,
  });
  const given = (...values: readonly number[]) => {
    const made = answers(checker('logits', undefined));
    const known = [1, 2].map((value) => new Map([['logits', truthOf(value)]]));
    for (const [call, value] of values.entries()) made.check(call % 2, Float32Array.of(value, value), known);
    return made.stale();
  };

  it('is stale where it is another input’s, right or not, and its own truth is another one', () => {
    expect(given(1, 2, 1, 2)).toBe(0);
    expect(given(1, 1, 1, 2)).toBe(1);
    expect(given(0, 0, 0)).toBe(2);
    expect(given(1, 3, 4)).toBe(0);
  });

  it('is not stale where both inputs have one truth', () => {
    const made = answers(checker('logits', undefined));
    const known = [1, 1].map((value) => new Map([['logits', truthOf(value)]]));
    for (const input of [0, 1]) made.check(input, Float32Array.of(5, 5), known);
    expect(made.stale()).toBe(0);
  });

  it('has values that are no numbers counted', () => {
    expect(nonfiniteIn([1, Number.NaN, -Infinity, 0])).toBe(2);
  });
});
