import { describe, expect, it } from 'vitest';
import { random } from '../../reference/random.ts';
import { ITSELF, unpairedRatio } from '../../suites/stats/centre.ts';
import { type CellTimes, geometricMean } from '../../suites/stats/geometric-mean.ts';
import { wilson } from '../../suites/stats/quantiles.ts';

/** A standard normal number (Box and Muller 1958). */
const normal = (next: () => number): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

/** Times of cells over rounds: what a round does to all its cells, and what it does to each. */
function run(next: () => number, rounds: readonly number[], { shared, own }: { shared: number; own: number }) {
  const effects = Array.from({ length: Math.max(...rounds) }, () => shared * normal(next));
  return rounds.map(
    (n, cell) =>
      new Map(effects.slice(0, n).map((effect, round) => [round, 10 ** cell * Math.exp(effect + own * normal(next))])),
  );
}

const cellsOf = (base: Map<number, number>[], head: Map<number, number>[]): CellTimes[] =>
  base.map((times, i) => ({ base: times, head: head[i] ?? times, resolution: 0, same: false }));

describe('the geometric mean', () => {
  it('of one cell is its own ratio, with its own interval', () => {
    for (const n of [3, 5, 9]) {
      const next = random(n);
      const [base, head] = [run(next, [n], { shared: 0.1, own: 0.1 }), run(next, [n], { shared: 0.1, own: 0.1 })];
      const own = unpairedRatio([...(base[0]?.values() ?? [])], [...(head[0]?.values() ?? [])], 0);
      const mean = geometricMean(cellsOf(base, head), false);
      expect(mean?.ratio).toBeCloseTo(own?.ratio ?? 0, 12);
      expect(mean?.interval[0]).toBeCloseTo(own?.interval[0] ?? 0, 12);
      expect(mean?.p).toBeCloseTo(own?.p ?? 0, 12);
    }
  });

  it('of cells that are the same measurement is 1, and they add no error to others', () => {
    const next = random(1);
    const [base, head] = [run(next, [4], { shared: 0.1, own: 0.1 }), run(next, [4], { shared: 0.1, own: 0.1 })];
    const cells = cellsOf(base, head);
    const same = { ...(cells[0] as CellTimes), same: true };
    expect(geometricMean([same, same], false)).toEqual(ITSELF);
    const [one, half] = [geometricMean(cells, false), geometricMean([...cells, same], false)];
    expect(Math.log(half?.ratio ?? 0)).toBeCloseTo(Math.log(one?.ratio ?? 0) / 2, 12);
    expect(half?.p).toBeCloseTo(one?.p ?? 0, 12);
    expect(geometricMean([], false)).toBeUndefined();
  });

  it.each([
    ['own noise', [4, 4, 4, 4, 4], { shared: 0, own: 0.05 }],
    ['noise that the cells of a round share', [4, 4, 4, 4, 4], { shared: 0.05, own: 0.01 }],
    ['both, of few rounds', [3, 3, 3], { shared: 0.03, own: 0.03 }],
    ['both, of many rounds', [12, 12, 12, 12], { shared: 0.03, own: 0.03 }],
    ['unequal numbers of rounds', [3, 4, 8, 12], { shared: 0.03, own: 0.03 }],
    ['cells of which one has most rounds', [3, 3, 3, 20], { shared: 0.03, own: 0.03 }],
  ] as const)('has a 95 %% interval that covers the truth, with %s', (_, rounds, noise) => {
    const trials = 2000;
    const next = random(7);
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const mean = geometricMean(cellsOf(run(next, rounds, noise), run(next, rounds, noise)), false);
      const [low = 0, high = 0] = mean?.interval ?? [];
      if (low <= 1 && 1 <= high) covered++;
    }
    const [low, high] = wilson(covered, trials);
    expect(high, `${covered} of ${trials}`).toBeGreaterThan(0.93);
    expect(low, `${covered} of ${trials}`).toBeLessThan(0.985);
  });

  it('pairs rounds that took turns, so that what both share cancels', () => {
    const next = random(2);
    const drift = Array.from({ length: 8 }, (_, i) => 1.2 ** i);
    const cell = (factor: number): Map<number, number> =>
      new Map(drift.map((time, round) => [round, factor * time * Math.exp(0.005 * normal(next))]));
    const cells = cellsOf([cell(1), cell(5)], [cell(1.1), cell(5.5)]);
    expect(geometricMean(cells, true)?.interval[0]).toBeGreaterThan(1.08);
    expect(geometricMean(cells, false)?.interval[0]).toBeLessThan(1);
  });
});
