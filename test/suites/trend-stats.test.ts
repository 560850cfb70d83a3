import { describe, expect, it } from 'vitest';
import { random } from '../../reference/random.ts';
import { changePoints } from '../../suites/stats/e-divisive.ts';
import { fenceOf, weightedMedian } from '../../suites/stats/fence.ts';
import { rankP } from '../../suites/stats/rank.ts';

describe('the rank test', () => {
  it('gives exact p-values', () => {
    // One value above ten, and two above thirty: 1 ÷ 11, and 1 ÷ C(32, 2).
    expect(rankP([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [11])).toBeCloseTo(1 / 11, 12);
    expect(rankP([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [9.5])).toBeCloseTo(2 / 11, 12);
    const thirty = Array.from({ length: 30 }, (_, i) => i);
    expect(rankP(thirty, [40, 41])).toBeCloseTo(1 / 496, 12);
    // U = 11 of 20: 57 of the 126 ways to choose four of nine places have at least that.
    expect(rankP([0.5, 1, 1.5, 2, 2.5], [1.1, 2.2, 3.3, 0.4])).toBeCloseTo(57 / 126, 12);
  });

  it('counts every arrangement', () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8];
    const chosen = Array.from({ length: 256 }, (_, bits) => values.filter((_, i) => (bits >> i) & 1)).filter(
      (later) => later.length === 3,
    );
    const above = (later: readonly number[]) =>
      later.reduce((sum, one) => sum + values.filter((other) => !later.includes(other) && one > other).length, 0);
    for (const later of chosen) {
      const share = chosen.filter((other) => above(other) >= above(later)).length / chosen.length;
      const earlier = values.filter((value) => !later.includes(value));
      expect(rankP(earlier, later)).toBeCloseTo(share, 12);
    }
  });

  it('lets ties count against a difference', () => {
    expect(rankP([1, 1, 1], [1])).toBe(0.75);
    expect(rankP([], [1])).toBe(1);
  });

  it('is at most as often small as it says', () => {
    const next = random(1);
    const trials = 4000;
    let small = 0;
    for (let i = 0; i < trials; i++) {
      const draw = (count: number) => Array.from({ length: count }, () => next());
      if (rankP(draw(15), draw(3)) <= 0.05) small++;
    }
    expect(small / trials).toBeLessThan(0.056);
    expect(small / trials).toBeGreaterThan(0.04);
  });
});

describe('the fence', () => {
  it('is the median and the scaled deviation, and ignores outliers', () => {
    const { centre, spread } = fenceOf([1, 2, 3, 4, 1000]);
    expect(centre).toBe(3);
    expect(spread).toBeCloseTo((5 / 4.2) * 1.4826, 12);
  });

  it('weighs values', () => {
    expect(weightedMedian([3, 1, 2].map((value) => ({ value, weight: 1 })))).toBe(2);
    expect(weightedMedian([4, 1, 2, 3].map((value) => ({ value, weight: 1 })))).toBe(2.5);
    expect(
      weightedMedian([
        { value: 10, weight: 3 },
        { value: 1, weight: 1 },
        { value: 2, weight: 1 },
      ]),
    ).toBe(10);
    expect(weightedMedian([])).toBeNaN();
  });
});

describe('change points', () => {
  const HOW = { least: 3, permutations: 199, p: 0.01, seed: 1 };
  const noise = (count: number, seed: number) => {
    const next = random(seed);
    return Array.from({ length: count }, () => next() + next() + next() - 1.5);
  };

  it('are where the level changes', () => {
    const values = noise(60, 3).map((value, i) => value + (i < 20 ? 0 : i < 42 ? 4 : -2));
    expect(changePoints(values, HOW)).toEqual([20, 42]);
  });

  it('are none in noise, in a constant, and in too few values', () => {
    const found = Array.from({ length: 50 }, (_, seed) => changePoints(noise(40, seed), HOW).length);
    // 1 in 100 is expected.
    expect(found.filter((count) => count > 0).length).toBeLessThanOrEqual(2);
    expect(
      changePoints(
        Array.from({ length: 30 }, () => 5),
        HOW,
      ),
    ).toEqual([]);
    expect(changePoints([1, 1, 9, 9, 9], HOW)).toEqual([]);
  });

  it('are the same each time', () => {
    const values = noise(50, 7).map((value, i) => value + (i < 25 ? 0 : 0.8));
    expect(changePoints(values, HOW)).toEqual(changePoints(values, HOW));
  });
});
