import { describe, expect, it, vi } from 'vitest';
import type { DataSetRow, ImageSet } from '../../reference/datasets/dataset.ts';
import { NORMALISED, RAW } from '../../reference/datasets/preprocessing.ts';
import { change } from '../../suites/accuracy/change.ts';
import { classifyImages } from '../../suites/accuracy/classify-images.ts';
import { type Accuracy, accuracy } from '../../suites/accuracy/figures.ts';
import { imagesOf, joinParts } from '../../suites/accuracy/parts.ts';
import { accuracySchema } from '../../suites/accuracy/schema.ts';
import type { Session } from '../../suites/contract/backend.ts';
import { classify, imageBatch } from '../../suites/contract/classify.ts';
import type { LabelledImages, Visit } from '../../suites/contract/visit.ts';
import { MADE_UP, toolsOf, visitOf } from '../visit.ts';

/** A set whose images are decoded one by one when asked for: each says its number in its first value. */
const { synthetic } = vi.hoisted(() => ({
  synthetic: (id: string, classes: number, images: number, more: Partial<ImageSet>): DataSetRow => ({
    id,
    title: id,
    images,
    classes,
    open: async (location, { divisor }, read) => {
      const [first = 0] = await read(location);
      return {
        count: images,
        labels: Uint16Array.from({ length: images }, (_, i) => (first + 7 * i) % classes),
        image: async (i) => new Float32Array(3 * 4 * 4).fill(i / divisor),
        ...more,
      };
    },
  }),
}));
vi.mock('../../reference/datasets/datasets.ts', () => {
  const noted = (name: string) => ({ count: 1, first: [{ name, reason: 'why' }] });
  const also = Array.from({ length: 10 }, (_, i) => (i === 4 ? [0, 1, 2] : []));
  const several = { also, skipped: noted('a.jpg'), duplicates: { count: 0, first: [] } };
  const rows = [
    synthetic('thousand', 1000, 130, {}),
    synthetic('three', 3, 10, {}),
    synthetic('several', 3, 10, several),
  ];
  return { DATA_SETS: rows, findDataSet: (id: string) => rows.find((row) => row.id === id) };
});

/** A network of so many classes that answers by the number of the image. */
async function score(
  images: LabelledImages,
  classes: number,
  answer: (image: number) => readonly number[] | undefined,
) {
  const visit = visitOf('resnet20.seed0', MADE_UP, 4, { batch: 25, images });
  const whole: Visit = { ...visit, network: { ...visit.network, classes } };
  const session = {
    prepare: (input: Float32Array) => input,
    run: async (input: Float32Array) =>
      Float32Array.from({ length: 25 * classes }, (_, i) => {
        const best = answer(input[Math.floor(i / classes) * 48] ?? 0);
        if (best === undefined) return Number.NaN;
        const at = best.indexOf(i % classes);
        return at < 0 ? 0 : 10 - at;
      }),
  } as unknown as Session;
  const tools = toolsOf({ read: async () => Uint8Array.of(3) });
  return (await classifyImages(session, whole, tools, Number.POSITIVE_INFINITY)).result;
}

const images = { path: 'x', name: 'a set', preprocessing: RAW };
const right = (image: number, classes: number) => (3 + 7 * image) % classes;

describe('accuracy', () => {
  it.each([
    ['thousand', 1000, 130],
    ['three', 3, 10],
  ])('of the set %s, of %d classes, is counted over its last batch too', async (dataset, classes, count) => {
    const predictions = Array.from({ length: count }, (_, i) => right(i, classes));
    const result = await score({ ...images, dataset, predictions }, classes, (i) => [right(i, classes)]);
    const answers = Array.from({ length: count }, (_, i) => right(i, classes));
    expect(result).toEqual({
      ...{ answers, labels: answers, confidences: [expect.any(String)], margins: [expect.any(String)] },
      suite: 'accuracy',
      dataset: 'a set',
      images: count,
      available: count,
      top1: count,
      top5: count,
      differs: [],
      speed: { images: count, seconds: expect.any(Number), from: 'cache' },
    });
    expect(accuracySchema.safeParse(result).success).toBe(true);
  });

  it('names an image whose class is another of a thousand, and counts the fifth best', async () => {
    const predictions = Array.from({ length: 130 }, (_, i) => right(i, 1000));
    const found = await score({ ...images, dataset: 'thousand', predictions }, 1000, (i) =>
      i === 127
        ? [996, 995, 994, 993, right(i, 1000)]
        : i === 128
          ? [996, 995, 994, 993, 991, right(i, 1000)]
          : [right(i, 1000)],
    );
    expect(found).toMatchObject({ top1: 128, top5: 129 });
    expect(found.differs).toEqual([
      { image: 127, expected: 892, got: 996 },
      { image: 128, expected: 899, got: 996 },
    ]);
  });

  it('knows no differences where classes are known of fewer images than were seen', async () => {
    const some = { ...images, dataset: 'thousand', predictions: [3, 10] };
    expect((await score(some, 1000, (i) => [right(i, 1000)])).differs).toBeNull();
    expect((await score({ ...images, dataset: 'thousand' }, 1000, () => [0])).differs).toBeNull();
  });

  it('counts each of several right classes', () => {
    const logits = [0, 1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1];
    const set = { count: 2, labels: [0, 5] };
    const reading = { batch: 2, classes: 7 };
    expect(classify(logits, set, 0, reading)).toMatchObject({ top1: 0, top5: 0 });
    expect(classify(logits, { ...set, also: [[6], []] }, 0, reading)).toMatchObject({ top1: 1, top5: 1 });
    expect(classify(logits, { ...set, also: [[1], [4, 3]] }, 0, reading)).toMatchObject({ top1: 0, top5: 1 });
  });

  it('records the right class that was given, and what is left out', async () => {
    const result = await score({ ...images, dataset: 'several' }, 3, (i) => [(right(i, 3) + 1) % 3]);
    expect([result.top1, result.answers?.[4]]).toEqual([1, result.labels?.[4]]);
    expect(result.labels?.[5]).toBe(right(5, 3));
    expect(result.skipped).toEqual({ count: 1, first: [{ name: 'a.jpg', reason: 'why' }] });
    expect('duplicates' in result).toBe(false);
    expect(accuracySchema.safeParse(result).success).toBe(true);
    expect(joinParts([result]).skipped).toEqual(result.skipped);
  });

  it('counts nothing right where all scores are NaN, however few classes there are', async () => {
    const predictions = Array.from({ length: 10 }, (_, i) => right(i, 3));
    const result = await score({ ...images, dataset: 'three', predictions }, 3, () => undefined);
    expect(result).toMatchObject({ images: 10, top1: 0, top5: 0 });
    expect(result.differs).toHaveLength(10);
    expect(result.differs?.[0]).toEqual({ image: 0, expected: 0, got: -1 });
  });

  it('feeds a network what it was trained to be fed', async () => {
    const seen: number[] = [];
    await score({ ...images, dataset: 'three', preprocessing: NORMALISED }, 3, (value) => {
      seen.push(value);
      return [0];
    });
    expect(Math.max(...seen)).toBeCloseTo(9 / 255);
  });

  it.each([2, 3, 5, 8])('of %d parts is joined to that of the whole set', async (of) => {
    const answer = (i: number) => (i % 9 === 4 ? [5, right(i, 1000)] : i === 77 ? undefined : [right(i, 1000)]);
    const set = { ...images, dataset: 'thousand', predictions: Array.from({ length: 130 }, (_, i) => right(i, 1000)) };
    const { speed: _, ...whole } = await score(set, 1000, answer);
    const parts = await Promise.all(
      Array.from({ length: of }, (_, i) => score({ ...set, part: { index: i + 1, of } }, 1000, answer)),
    );
    // 130 images are 6 batches: of 8 parts, two are empty.
    expect(parts.filter((one) => one.images === 0)).toHaveLength(Math.max(0, of - 6));
    expect(joinParts(parts.reverse())).toEqual(whole);
    for (const one of parts) {
      expect(accuracySchema.safeParse(one).success).toBe(true);
      expect(accuracy([one]) === undefined).toBe(one.images === 0);
    }
  });

  it('is split between whole batches, into all images', () => {
    const parts = Array.from({ length: 7 }, (_, i) => imagesOf(10_000, 25, { index: i + 1, of: 7 }));
    expect(parts.every(({ first }) => first % 25 === 0)).toBe(true);
    expect(parts.reduce((end, { first, planned }) => (first === end ? end + planned : Number.NaN), 0)).toBe(10_000);
    const counts = parts.map(({ planned }) => planned);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(25);
    expect(imagesOf(10, 25, undefined)).toEqual({ first: 0, planned: 10 });
  });

  it('is compared only where the same images were classified', () => {
    const part = (first: number, top1: number) =>
      accuracy([
        {
          ...{ suite: 'accuracy', dataset: 'a set', images: 50, available: 100, top1, top5: 50, differs: [] },
          parts: [{ first, planned: 50, images: 50 }],
        },
      ]);
    const verdictOf = (a: Accuracy | undefined, b: Accuracy | undefined) =>
      a && b && change.anywhere?.(a, b)[0]?.verdict;
    expect(verdictOf(part(0, 40), part(50, 30))).toBe('unsure');
    expect(verdictOf(part(50, 40), part(50, 30))).toBe('less accurate');
  });

  it('is refused for other classes than the set has, for images of another size, and for a set that is not there', async () => {
    await expect(score({ ...images, dataset: 'three' }, 10, () => [0])).rejects.toMatchObject({
      message: 'the network has 10 classes, the three 3',
      fix: 'score a network that was trained for these classes',
    });
    await expect(score({ ...images, dataset: 'four' }, 4, () => [0])).rejects.toThrow("no data set 'four'");
    const visit = visitOf('resnet20.seed0', MADE_UP, 8, {});
    const set = { count: 2, labels: [0, 1], image: async () => new Float32Array(48) };
    await expect(imageBatch(set, 0, visit)).rejects.toMatchObject({
      message: 'image 0 has 48 values, and an input of 3×8×8 takes 192',
      fix: expect.stringContaining('leave the size open'),
    });
  });
});
