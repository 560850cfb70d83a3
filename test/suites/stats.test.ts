import { describe, expect, it } from 'vitest';
import { random } from '../../reference/random.ts';
import { bootstrapInterval, median, quantile, wilson } from '../../suites/stats.ts';

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

  it('gives no interval below three rounds, and the same one for the same seed', () => {
    expect(bootstrapInterval([[1], [2]], 0)).toBeUndefined();
    const rounds = [
      [1, 1.1],
      [2, 2.1],
      [3, 3.1],
    ];
    expect(bootstrapInterval(rounds, 5)).toEqual(bootstrapInterval(rounds, 5));
    const [low, high] = bootstrapInterval(rounds, 5) ?? [Number.NaN, Number.NaN];
    expect(low).toBeGreaterThanOrEqual(1.05);
    expect(high).toBeLessThanOrEqual(3.05);
    expect(low).toBeLessThan(high);
  });

  it('counts a round once, however many samples it has', () => {
    const many = Array.from({ length: 1000 }, () => 5);
    const [low, high] = bootstrapInterval([many, [1], [1], [1], [1]], 1) ?? [0, 0];
    expect(low).toBe(1);
    expect(high).toBeLessThanOrEqual(5);
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
