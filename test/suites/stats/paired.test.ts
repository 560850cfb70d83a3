import { describe, expect, it } from 'vitest';
import { calibration } from '../../../suites/stats/calibration.ts';
import { classFigures, confusions } from '../../../suites/stats/confusion.ts';
import { mcnemarP } from '../../../suites/stats/mcnemar.ts';
import { mlperfRule } from '../../../suites/stats/mlperf.ts';
import { differingOf, paired } from '../../../suites/stats/paired.ts';

/** The same p by whole numbers: twice the sum of binomial coefficients, over a power of two. */
function exactP(a: number, b: number): number {
  const [few, trials] = [Math.min(a, b), BigInt(a + b)];
  let [coefficient, sum] = [1n, 0n];
  for (let k = 0n; k <= BigInt(few); k++) {
    sum += coefficient;
    coefficient = (coefficient * (trials - k)) / (k + 1n);
  }
  return Math.min(1, Number((2n * sum * 10n ** 40n) / 2n ** trials) / 1e40);
}

describe('McNemar’s exact test', () => {
  it.each([
    [0, 5, 2 / 32],
    [1, 9, 22 / 1024],
    [0, 1, 1],
    [0, 0, 1],
    [5, 5, 1],
    // Approval of a prime minister, 1,600 asked twice (Agresti 1990, table 10.1).
    [86, 150, 3.716e-5],
  ])('of %d against %d has p %d', (a, b, p) => {
    expect(Math.abs(mcnemarP(a, b) / p - 1)).toBeLessThan(2e-4);
    expect(mcnemarP(b, a)).toBe(mcnemarP(a, b));
  });

  it('equals the sum of binomial coefficients', () => {
    for (let a = 0; a <= 60; a += 3)
      for (let b = 0; b <= 60; b += 4) expect(mcnemarP(a, b)).toBeCloseTo(exactP(a, b), 12);
  });

  it('of tens of thousands of pairs neither overflows nor vanishes', () => {
    expect(mcnemarP(24_900, 25_100)).toBeCloseTo(0.3735, 3);
    expect(mcnemarP(0, 50_000)).toBe(0);
  });
});

describe('two classifications of the same images', () => {
  it('are compared one by one', () => {
    const found = paired([1, 2, 3, 4, 5], [1, 9, 3, 8, 7], [1, 2, 0, 8, 6]);
    expect(found).toEqual({ images: 5, gained: [3], lost: [1], otherwise: [4], p: 1 });
    expect(differingOf(found)).toEqual([1, 3, 4]);
    expect(() => paired([1], [1, 2], [1, 2])).toThrow('1 and 2 classes of 2 images');
  });

  it('with as many gained as lost have p 1 and are not the same', () => {
    const [labels, first, second] = [Array(20).fill(0), Array(20).fill(0), Array(20).fill(0)];
    first.fill(1, 0, 5);
    second.fill(1, 5, 10);
    const { gained, lost, p } = paired(first, second, labels);
    expect([gained.length, lost.length, p]).toEqual([5, 5, 1]);
  });
});

describe('calibration', () => {
  it('is the mean gap of its bins, computed by hand', () => {
    const right = [true, false, true, true];
    const found = calibration([0.95, 0.95, 0.55, 0.55], (i) => right[i] ?? false);
    expect(found?.error).toBeCloseTo((Math.abs(1 - 1.9) + Math.abs(2 - 1.1)) / 4, 12);
    expect(found?.bins.flatMap(({ images }, i) => (images > 0 ? [[i, images]] : []))).toEqual([
      [8, 2],
      [14, 2],
    ]);
    expect(found?.bins[14]).toMatchObject({ accuracy: 0.5, confidence: 0.95, high: 1 });
  });

  it('puts a boundary into the bin below it, and what is no number into none', () => {
    const found = calibration([0, 3 / 15, 1, Number.NaN], () => true);
    expect(found?.bins.flatMap(({ images }, i) => (images > 0 ? [i] : []))).toEqual([0, 2, 14]);
    expect(found?.left).toBe(1);
    expect(calibration([Number.NaN], () => true)).toBeUndefined();
    expect(calibration([], () => true)).toBeUndefined();
  });
});

it('classes and their confusions are counted', () => {
  const [answers, labels] = [
    [0, 1, 1, 2, -1],
    [0, 0, 1, 1, 1],
  ];
  expect(classFigures(answers, labels)).toEqual([
    { label: 0, images: 2, answers: 1, right: 1 },
    { label: 1, images: 3, answers: 2, right: 1 },
    { label: 2, images: 0, answers: 1, right: 0 },
  ]);
  expect(confusions([3, 3, 2, 1], [1, 1, 1, 1])).toEqual([
    { label: 1, answer: 3, images: 2 },
    { label: 1, answer: 2, images: 1 },
  ]);
});

it('MLPerf’s rule is 99 % of PyTorch’s right answers, or of the published figure of the whole set', () => {
  const of = (top1: number, pytorch?: number) => ({ top1, images: 1000, pytorch });
  expect(mlperfRule(of(906, 915), undefined)).toMatchObject({ passes: true });
  expect(mlperfRule(of(905, 915), undefined)).toMatchObject({ passes: false });
  expect(mlperfRule(of(905), { percent: 91.73, whole: false })).toBeUndefined();
  expect(mlperfRule(of(909), { percent: 91.73, whole: true })).toMatchObject({ passes: true });
  expect(mlperfRule(of(908), { percent: 91.73, whole: true })).toMatchObject({ passes: false });
});
