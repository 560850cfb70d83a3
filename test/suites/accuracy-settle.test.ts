import { describe, expect, it, vi } from 'vitest';
import type { DataSetRow } from '../../reference/datasets/dataset.ts';
import { RAW } from '../../reference/datasets/preprocessing.ts';
import { evaluate } from '../../reference/evaluate.ts';
import { top } from '../../reference/judge/agreement.ts';
import { loadModel } from '../../reference/models/load.ts';
import { seededInput } from '../../reference/weights/seeded.ts';
import { visit as visitOnce } from '../../suites/accuracy/run.ts';
import { type AccuracyResult, accuracySchema } from '../../suites/accuracy/schema.ts';
import { decide } from '../../suites/accuracy/settle.ts';
import { across, verdict } from '../../suites/accuracy/verdict.ts';
import type { BackendModule } from '../../suites/contract/backend.ts';
import { MADE_UP, toolsOf, visitOf } from '../visit.ts';

const IMAGES = 24;

const { set } = vi.hoisted(() => ({ set: { images: [] as Float32Array[] } }));
vi.mock('../../reference/datasets/datasets.ts', () => {
  const row: DataSetRow = {
    ...{ id: 'noise', title: 'noise', images: 24, classes: 10 },
    open: async () => ({ count: 24, labels: new Uint8Array(24), image: (i) => set.images[i] as Float32Array }),
  };
  return { DATA_SETS: [row], findDataSet: () => row };
});
set.images = Array.from({ length: IMAGES }, (_, i) => seededInput(i, 1, 3, 16));

const MODEL = 'resnet20.live0';
const { graph, weights } = loadModel(MODEL, undefined);

/** The class of each image by the network with these weights, and its logits in float32. */
const best = (logits: ArrayLike<number>): number => top(logits, 0, 10, 1)[0] ?? -1;
const scored = (own: typeof weights, images: readonly Float32Array[] = set.images) =>
  images.map((image) => {
    const input = { shape: [1, 3, 16, 16], data: Float64Array.from(image) };
    return Float32Array.from(evaluate(graph, own, input).get(graph.output)?.data ?? []);
  });
/** A bit pattern's upper 11 bits of significand, as float16 keeps them; its range is not needed here. */
const half = (value: number): number => {
  const scale = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 10);
  return value === 0 ? 0 : Math.round(value / scale) * scale;
};
const coarse = new Map([...weights].map(([name, values]) => [name, values.map(half)] as const));

/** The mixture of two images at which the class by these weights becomes another than the first image's. */
function boundary(own: typeof weights, a: Float32Array, b: Float32Array): number {
  const classAt = (share: number) => best(scored(own, [mixed(a, b, share)])[0] ?? []);
  let [low, high] = [0, 1];
  for (let step = 0; step < 24; step++) {
    const middle = (low + high) / 2;
    if (classAt(middle) === classAt(0)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
const mixed = (a: Float32Array, b: Float32Array, share: number): Float32Array =>
  a.map((value, i) => value + share * ((b[i] as number) - value));

// The network and its copy with float16 weights give the last image two classes.
const other = scored(weights).findIndex((logits, i, all) => i > 0 && best(logits) !== best(all[0] ?? []));
const [a, b] = [set.images[0] as Float32Array, set.images[other] as Float32Array];
set.images[IMAGES - 1] = mixed(a, b, (boundary(weights, a, b) + boundary(coarse, a, b)) / 2);

const exact = scored(weights);
const classes = exact.map(best);

/** A made-up backend that answers with the logits of each image, one image a call. */
function moduleOf(logits: readonly Float32Array[]): BackendModule {
  let calls = 0;
  const session = {
    prepare: (input: Float32Array) => input,
    run: async () => logits[calls++] as Float32Array,
    placement: async () => ({ device: 'cpu', nodes: {}, fallbacks: 0, copies: 0, proof: 'made up' }),
    close: async () => {},
  };
  return { start: async () => ({ open: async () => session }) } as unknown as BackendModule;
}

/** The result of a visit to a backend with these logits. */
async function resultOf(
  logits: readonly Float32Array[],
  known: { predictions?: readonly number[]; earlier?: readonly number[] },
): Promise<AccuracyResult> {
  const images = { dataset: 'noise', path: 'x', name: 'noise', preprocessing: RAW, ...known };
  const { results } = await visitOnce(visitOf(MODEL, MADE_UP, 16, { images }), MADE_UP, moduleOf(logits), toolsOf({}));
  const [result] = results as AccuracyResult[];
  if (result === undefined) throw new Error('no result');
  expect(accuracySchema.parse(result)).toEqual(result);
  return result;
}

/** The same logits with two classes exchanged, the best and the worst, in these images. */
const exchanged = (...images: readonly number[]): Float32Array[] =>
  exact.map((logits, i) => {
    if (!images.includes(i)) return logits;
    const [first = 0, ...others] = top(logits, 0, 10, 10);
    const last = others.at(-1) ?? 0;
    const changed = Float32Array.from(logits);
    [changed[first], changed[last]] = [logits[last] as number, logits[first] as number];
    return changed;
  });

describe('settling the images of an accuracy cell', () => {
  it('asks the reference nothing where all classes are PyTorch’s', async () => {
    const result = await resultOf(exact, { predictions: classes });
    expect(result.settled).toBeUndefined();
    expect(verdict(result)).toBeUndefined();
    expect(result.answers).toEqual(classes);
  });

  it('rules out a class that rounding cannot explain, whether or not PyTorch’s is known', async () => {
    for (const known of [{ predictions: classes }, { earlier: classes }]) {
      const result = await resultOf(exchanged(5, 7), known);
      expect(result.settled).toMatchObject({ chosen: 'differing', open: 0 });
      expect(result.settled?.images.map(({ image, reference }) => [image, reference])).toEqual([
        [5, classes[5]],
        [7, classes[7]],
      ]);
      expect(verdict(result)).toMatchObject({
        status: 'wrong',
        reason: expect.stringMatching(
          /^2 of 24 images have a class that the float64 reference rules out; image [57]: /,
        ),
      });
    }
  });

  it('says that there may be more where the reference did not decide on all that differ', async () => {
    const result = await resultOf(exchanged(5, 7), { predictions: classes });
    const { settled } = result;
    if (settled === undefined) throw new Error('nothing settled');
    const text = (more: Partial<typeof settled>) => {
      const found = verdict({ ...result, settled: { ...settled, ...more } });
      return found !== undefined && 'reason' in found ? found.reason : '';
    };
    expect(text({})).toMatch(/^2 of 24 images/);
    expect(text({ open: 3, why: 'only 2 are asked about' })).toMatch(/^at least 2 of 24 images/);
    expect(text({ chosen: 'samples' })).toMatch(/^at least 2 of 24 images/);
  });

  it('accuses nobody where PyTorch or the earlier backend is off', async () => {
    const off = classes.map((one, i) => (i === 3 ? (one + 1) % 10 : one));
    for (const known of [{ predictions: off }, { earlier: off }]) {
      const result = await resultOf(exact, known);
      expect(result.settled?.images).toMatchObject([{ image: 3, got: classes[3], reference: classes[3] }]);
      expect(verdict(result)).toBeUndefined();
    }
  });

  it('rules out the earlier backend that had nothing to compare with', async () => {
    const first = { ...(await resultOf(exchanged(5), {})), settled: undefined };
    const second = await resultOf(exact, { earlier: first.answers ?? [] });
    expect(verdict(first)).toBeUndefined();
    expect(across(second, [first])).toBeUndefined();
    expect(across(first, [second])).toMatchObject({
      status: 'wrong',
      reason: expect.stringContaining(`image 5: class ${first.answers?.[5]} instead of ${classes[5]}`),
    });
    expect(across(first, [{ ...second, dataset: 'another' }])).toBeUndefined();
    const pixels = (letter: string) => ({ pixels: letter.repeat(64) });
    expect(across({ ...first, ...pixels('a') }, [{ ...second, ...pixels('b') }])).toBeUndefined();
  });

  it('samples images where nothing is known, and finds shifted answers', async () => {
    const shifted = [...exact.slice(1), ...exact.slice(0, 1)];
    const right = await resultOf(exact, {});
    expect(right.settled).toMatchObject({ chosen: 'samples', open: 0 });
    expect(right.settled?.images.length).toBeGreaterThanOrEqual(8);
    expect(verdict(right)).toBeUndefined();
    // Where neighbours have other classes, a shift by one image changes them.
    expect(classes.some((one, i) => one !== classes[(i + 1) % IMAGES])).toBe(true);
    expect(verdict(await resultOf(shifted, {}))).toMatchObject({ status: 'wrong' });
    expect(verdict(await resultOf(shifted, { predictions: classes }))).toMatchObject({ status: 'wrong' });
  });

  it('rules out weights in float16 by an image whose margin is larger than float32’s error', async () => {
    const result = await resultOf(scored(coarse), { predictions: classes });
    expect(result.settled?.images.map(({ image }) => image)).toContain(IMAGES - 1);
    expect(verdict(result)).toMatchObject({ status: 'wrong', reason: expect.stringContaining(' image 23: ') });
  });

  it('rules out a logit that is NaN or infinite where the reference’s is finite, though the class is right', async () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const broken = exact.map((logits, i) => {
        const best = classes[i] ?? 0;
        const other = bad === Number.POSITIVE_INFINITY ? best : (best + 1) % 10;
        return i === 6 ? logits.map((value, k) => (k === other ? bad : value)) : logits;
      });
      for (const known of [{ predictions: classes }, { earlier: classes }, {}]) {
        const result = await resultOf(broken, known);
        expect(result.answers?.[6]).toBe(classes[6]);
        expect(verdict(result)).toEqual({
          status: 'wrong',
          reason: `1 of 24 images has logits that the float64 reference rules out; image 6: 1 logit NaN or infinite where the reference's are finite`,
        });
        // Another backend's logits are its own.
        expect(across({ ...(await resultOf(exact, known)), settled: undefined }, [result])).toBeUndefined();
      }
    }
  });

  it('counts what it has no time for, and leaves the cell suspect', async () => {
    const images = { dataset: 'noise', path: 'x', name: 'noise', preprocessing: RAW, predictions: classes };
    const late = visitOf(MODEL, MADE_UP, 16, { images, limitMs: 0 });
    const { results } = await visitOnce(late, MADE_UP, moduleOf(exchanged(5)), toolsOf({}));
    const [result] = results as AccuracyResult[];
    expect(result?.settled).toEqual({ chosen: 'differing', images: [], open: 1, why: 'time ended' });
    expect(result && verdict(result)).toMatchObject({
      status: 'suspect',
      reason: expect.stringMatching(/^1 image more with another class than PyTorch gives was not settled: time ended/),
    });
  });
});

describe('a class beside the reference’s logits', () => {
  const truth = (logits: readonly number[], room: number) => ({
    value: { shape: [1, logits.length], data: Float64Array.from(logits) },
    allowed: new Float64Array(logits.length).fill(room),
    limits: undefined,
  });

  it('is wrong where the reference leads it by more than both may err, and a tie otherwise', () => {
    const settledBy = (room: number): AccuracyResult => ({
      ...{ suite: 'accuracy', dataset: 'd', images: 1, available: 1, top1: 0, top5: 1, differs: [] },
      settled: {
        chosen: 'differing',
        open: 0,
        images: [decide({ image: 0, got: 1, nonfinite: 0 }, truth([3, 2.5, 1], room))],
      },
    });
    expect(settledBy(0.1).settled?.images).toEqual([
      { image: 0, got: 1, reference: 0, lead: 0.5, margin: 0.5, allowed: 0.2 },
    ]);
    expect(verdict(settledBy(0.1))?.status).toBe('wrong');
    expect(verdict(settledBy(0.25))).toBeUndefined();
  });

  it('is wrong where every score is NaN', () => {
    const decided = decide({ image: 0, got: -1, nonfinite: 3 }, truth([3, 2.5, 1], 0.1));
    expect(decided).toMatchObject({ reference: 0, lead: 2, nonfinite: 3 });
  });
});
