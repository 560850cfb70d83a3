import { describe, expect, it } from 'vitest';
import { DATA_SETS } from '../../reference/datasets/datasets.ts';
import { NORMALISED } from '../../reference/datasets/preprocessing.ts';
import { visit as compliance } from '../../suites/compliance/run.ts';
import type { BackendModule } from '../../suites/contract/backend.ts';
import type { Visit } from '../../suites/contract/visit.ts';
import { judgeVisit } from '../../suites/engine/judge.ts';
import { MADE_UP, toolsOf, visitOf } from '../visit.ts';

const visit = visitOf('resnet20.seed0', MADE_UP, 32, { suites: ['compliance'] });

/** What a runtime does wrong: milliseconds of a call by its input and the one before, and its answer. */
type Cheat = {
  readonly ms?: (input: number, before: number) => number;
  readonly answer?: (input: number, before: number, call: number) => number;
};

/** A runtime that answers with the number of its input as the best class, on a clock of its own. */
async function outcome({ ms = () => 10, answer = (input) => input }: Cheat, more: Partial<Visit> = {}, file = '') {
  let [now, before, calls] = [0, -1, 0];
  const known = new Map<string, number>();
  const module: BackendModule = {
    start: async () => ({
      open: async () => ({
        prepare: (input) => input,
        async run(input) {
          const name = input.slice(0, 8).join();
          const index = known.get(name) ?? known.size;
          known.set(name, index);
          now += ms(index, before) + 0.01 * Math.sin(calls++);
          const one = answer(index, before, calls);
          before = index;
          return Float32Array.from({ length: 10 }, (_, c) => (c === one % 10 ? 1 + one : 0));
        },
        placement: async () => ({ device: 'cpu', proof: 'a test', nodes: {}, notes: [] }),
        close: async () => {},
      }),
    }),
  };
  const tools = toolsOf({
    now: () => now,
    read: async () => Uint8Array.from(Buffer.from(file, 'latin1')),
  });
  const reply = await compliance({ ...visit, ...more }, MADE_UP, module, tools);
  const judged = judgeVisit(MADE_UP, ['compliance'], reply).get('compliance');
  const [result] = reply.results;
  if (result === undefined) throw new Error('no result');
  return { result, status: judged?.status, reason: judged && 'reason' in judged ? judged.reason : '' };
}

describe('compliance', () => {
  it('finds nothing in a runtime that does all its work', async () => {
    const { result, status } = await outcome({});
    expect(status).toBe('ok');
    expect(result).toMatchObject({ inputs: 'seeded', calls: 300, stale: 0, varying: 0, classified: null });
    expect(result.blocks).toHaveLength(20);
  });

  it('finds a cache of the last input, if it saves more than a tenth', async () => {
    const cache = (saved: number) => ({ ms: (input: number, before: number) => (input === before ? 10 - saved : 10) });
    expect(await outcome(cache(2))).toMatchObject({
      status: 'suspect',
      reason: expect.stringMatching(/1\.25 times.*cached.*run it again/),
    });
    expect((await outcome(cache(0.8))).status).toBe('ok');
  });

  it('finds a runtime that is quicker on the first seed than on another', async () => {
    const found = await outcome({ ms: (input) => (input < 8 ? 8 : 10) });
    expect(found).toMatchObject({ status: 'suspect', reason: expect.stringMatching(/another seed take 1\.25 times/) });
  });

  it('finds an answer that is the last input’s', async () => {
    const found = await outcome({ answer: (input, before, call) => (call % 50 === 0 ? before : input) });
    expect(found.status).toBe('wrong');
    expect(found.reason).toMatch(/of 300 timed answers belong to another input/);
    expect(found.result.stale).toBeGreaterThan(0);
  });

  it('counts answers that are nobody’s bits, and does not call them wrong', async () => {
    const { result, status } = await outcome({ answer: (input, _, call) => (call > 100 ? input + 0.5 : input) });
    expect(status).toBe('ok');
    expect(result.varying).toBeGreaterThan(100);
  });

  it('classifies the images of a trained network, and names one whose class is not PyTorch’s', async () => {
    // 64 images whose pixels differ, labelled by their number.
    const file = Array.from(
      { length: 64 },
      (_, i) => String.fromCharCode(i % 10) + String.fromCharCode(i).repeat(3072),
    ).join('');
    const predictions = Array.from({ length: 64 }, (_, i) => i % 10);
    const [row] = DATA_SETS;
    const images = { dataset: row?.id ?? '', path: 'images', name: 'a set', preprocessing: NORMALISED };
    const right = await outcome({}, { images: { ...images, predictions } }, file);
    expect(right).toMatchObject({ status: 'ok', result: { inputs: 'images', classified: { images: 64, top1: 64 } } });
    const other = predictions.with(33, 7);
    const wrong = await outcome({}, { images: { ...images, predictions: other } }, file);
    expect(wrong).toMatchObject({ status: 'suspect', reason: expect.stringMatching(/image 33: class 3 instead of 7/) });
  });
});
