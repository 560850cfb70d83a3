import { describe, expect, it } from 'vitest';
import { random } from '../../reference/random.ts';
import { adjusted, unpairedRatio } from '../../suites/stats/centre.ts';
import { digamma, moderatedPs, trigamma, trigammaInverse } from '../../suites/stats/moderated.ts';
import { wilson } from '../../suites/stats/quantiles.ts';
import { studentP } from '../../suites/stats/student.ts';

const normal = (next: () => number): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

/** Estimates of cells without a difference, or with one, from five rounds a run; `spread` of the cells' noises. */
const estimates = (next: () => number, cells: number, spread: number, difference: number) =>
  Array.from({ length: cells }, () => {
    const noise = 0.02 * Math.exp(spread * normal(next));
    const run = (shift: number) => Array.from({ length: 5 }, () => Math.exp(shift + noise * normal(next)));
    return unpairedRatio(run(0), run(difference), 0)?.estimate ?? { told: 0, variance: 1, df: 1 };
  });

it('knows the derivatives of ln Γ (DLMF 5.4.12, 5.4.13, 5.4.15, and ψ′(1) = π²/6)', () => {
  expect(digamma(1)).toBeCloseTo(-0.5772156649015329, 8);
  expect(digamma(0.5)).toBeCloseTo(-1.9635100260214235, 8);
  expect(digamma(30)).toBeCloseTo(3.384438132685591, 8);
  expect(trigamma(1)).toBeCloseTo(Math.PI ** 2 / 6, 8);
  expect(trigamma(0.5)).toBeCloseTo(Math.PI ** 2 / 2, 8);
  for (const x of [0.01, 0.5, 3, 200]) expect(trigammaInverse(trigamma(x)) / x).toBeCloseTo(1, 6);
});

describe('moderated p-values', () => {
  it('are Student’s for few estimates, and 1 where nothing was told', () => {
    const few = [
      { told: 0.1, variance: 0.001, df: 4 },
      { told: 0, variance: 0.001, df: 4 },
    ];
    expect(moderatedPs(few)).toEqual([studentP(0.1 / Math.sqrt(0.001), 4), 1]);
    expect(moderatedPs([])).toEqual([]);
  });

  it('find what the few degrees of freedom of one cell cannot', () => {
    const next = random(1);
    const planted = [...estimates(next, 20, 0.3, 0), ...estimates(next, 5, 0.3, 0.1)];
    const found = (ps: readonly number[]) => adjusted(ps).filter((p) => p <= 0.004).length;
    const alone = planted.map(({ told, variance, df }) => studentP(told / Math.sqrt(variance), df));
    expect(found(moderatedPs(planted))).toBeGreaterThanOrEqual(4);
    expect(found(alone)).toBeLessThan(4);
  });

  it.each([0, 0.3, 0.7, 2])('make few false claims, with noises of cells that spread by %d', (spread) => {
    const trials = 1500;
    const next = random(11);
    let alarms = 0;
    for (let trial = 0; trial < trials; trial++)
      if (adjusted(moderatedPs(estimates(next, 30, spread, 0))).some((p) => p <= 0.01)) alarms++;
    expect(wilson(alarms, trials)[0], `${alarms} of ${trials}`).toBeLessThan(0.01);
    expect(alarms / trials, `${alarms} of ${trials}`).toBeLessThanOrEqual(0.01);
  });
});
