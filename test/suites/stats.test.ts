import { describe, expect, it } from 'vitest';
import { random } from '../../reference/random.ts';
import { adjusted, centreInterval, pairedRatio, unpairedRatio } from '../../suites/stats/centre.ts';
import { median, quantile, samplesFor, wilson } from '../../suites/stats/quantiles.ts';
import { studentP, studentQuantile } from '../../suites/stats/student.ts';

describe('statistics', () => {
  it('interpolates quantiles as Hyndman and Fan type 7 (numpy.quantile([1, 2, 3, 10], …))', () => {
    expect(quantile([10, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([10, 1, 3, 2], 0.9)).toBeCloseTo(7.9, 12);
    expect(median([7])).toBe(7);
    expect(median([])).toBeNaN();
  });

  it("gives Wilson's interval (statsmodels proportion_confint(915, 1000, method='wilson'))", () => {
    const [low, high] = wilson(915, 1000);
    expect(low).toBeCloseTo(0.896, 3);
    expect(high).toBeCloseTo(0.9308, 3);
    expect(wilson(0, 0)).toEqual([0, 1]);
    expect(wilson(10, 10)[1]).toBeCloseTo(1, 12);
  });

  it('asks for so many samples that one lies beyond the quantile with 95 %', () => {
    expect([0.5, 0.9, 0.99].map(samplesFor)).toEqual([5, 29, 299]);
  });

  it('draws uniforms whose mean and variance are those of [0, 1)', () => {
    const next = random(1);
    const draws = Array.from({ length: 100_000 }, next);
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / draws.length));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.001);
  });
});

describe("Student's t", () => {
  // scipy.stats.t.isf(p / 2, df)
  it.each([
    [0.05, 1, 12.706204736174705],
    [0.05, 2.5, 3.5746548420036834],
    [0.05, 1000, 1.9623390808264085],
    [0.5, 4, 0.7406970841126829],
    [1e-6, 3, 130.15458955835794],
    [1e-9, 1, 636619772.3675814],
  ])('p = %d, df = %d: t = %d', (p, df, t) => {
    expect(studentQuantile(p, df) / t).toBeCloseTo(1, 10);
    expect(studentP(t, df) / p).toBeCloseTo(1, 10);
    expect(studentP(-t, df)).toBe(studentP(t, df));
  });

  it('ends where t does', () => expect([studentP(0, 3), studentP(Infinity, 3)]).toEqual([1, 0]));
});

describe('centres of rounds', () => {
  const A = [10.1, 10.4, 9.9, 10, 13, 10.2, 10.3, 9.8];
  const B = [10.6, 10.9, 10.5, 10.4, 10.8, 14, 10.7, 10.2];

  it('gives no interval below three rounds, nor where the clock read 0', () => {
    expect(centreInterval([1, 2], 0)).toBeUndefined();
    expect(centreInterval([0, 1, 2], 0)).toBeUndefined();
    expect(
      pairedRatio(
        [
          [1, 1],
          [1, 2],
        ],
        0,
      ),
    ).toBeUndefined();
    expect(unpairedRatio([1, 2, 3], [1, 2], 0)).toBeUndefined();
  });

  it("trims nothing below five rounds (scipy's ttest_ind and ttest_rel of logarithms)", () => {
    const apart = unpairedRatio(A.slice(0, 4), B.slice(0, 3), 0);
    expect(apart?.p).toBeCloseTo(0.01856630598856406, 10);
    expect(apart?.interval.map(Math.log)[0]).toBeCloseTo(0.014082677761784804, 10);
    expect(apart?.interval.map(Math.log)[1]).toBeCloseTo(0.09518148051804758, 10);
    const pairs = [0, 1, 2].map((i) => [A[i] ?? 0, B[i] ?? 0] as const);
    expect(pairedRatio(pairs, 0)?.p).toBeCloseTo(0.0052999651036943875, 10);
  });

  it("trims a quarter from five rounds on (scipy's ttest_ind with trim = 0.25, equal_var = False)", () => {
    const ratio = unpairedRatio(A, B, 0);
    expect(ratio?.p).toBeCloseTo(0.01706523339759764, 10);
    expect(Math.log(ratio?.ratio ?? 0)).toBeCloseTo(0.04809175037811464, 12);
    expect(unpairedRatio(A, [...B.slice(0, 5), 1400, ...B.slice(6)], 0)).toEqual(ratio);
  });

  it('takes what the clock cannot tell for no difference', () => {
    const pairs = [
      [2, 2.1],
      [2, 2.1],
      [2, 2.1],
    ] as const;
    expect(pairedRatio(pairs, 0)?.p).toBe(0);
    expect(pairedRatio(pairs, 0.06)?.p).toBe(1);
    const [low = 0, high = 0] = pairedRatio(pairs, 0.06)?.interval ?? [];
    expect(low).toBeCloseTo(1.05 * Math.exp(-0.06), 12);
    expect(high).toBeCloseTo(1.05 * Math.exp(0.06), 12);
  });

  it("adjusts p as Benjamini and Hochberg (scipy's false_discovery_control), in the given order", () => {
    const expected = [0.04, 0.16 / 3, 0.16 / 3, 0.5];
    adjusted([0.01, 0.04, 0.03, 0.5]).forEach((p, i) => {
      expect(p).toBeCloseTo(expected[i] ?? 0, 12);
    });
    expect(adjusted([])).toEqual([]);
  });
});
