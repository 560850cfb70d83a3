import { describe, expect, it } from 'vitest';
import { random } from '../../reference/random.ts';
import { stepIn, warningsOf } from '../../suites/stats/steady.ts';
import { NOISES, type Noise, populationOf, roundOf } from './population.ts';

const CALM = NOISES['lognormal rounds, correlated samples'] as Noise;
const kinds = (rounds: readonly (readonly number[])[], resolution = 0) =>
  warningsOf(rounds, resolution).map((one) => one.kind);
const calm = (rounds: number, seed: number) => populationOf(CALM, rounds, 30, seed);

describe('warnings', () => {
  it('are rare for calm rounds, though samples are correlated: below 2 % of cells', () => {
    const cells = Array.from({ length: 2000 }, (_, seed) => kinds(calm(3 + (seed % 6), seed)));
    expect(cells.filter((found) => found.length > 0).length / cells.length).toBeLessThan(0.02);
  });

  it('find a warm-up that is too short, and say how long it is', () => {
    const warming = (seed: number) => calm(3, seed).map((round) => round.map((t, i) => (i < 8 ? t * 1.25 : t)));
    const found = Array.from({ length: 200 }, (_, seed) => kinds(warming(seed)).includes('warm-up'));
    expect(found.filter(Boolean).length).toBeGreaterThanOrEqual(190);
    const [one] = warningsOf(warming(0), 0);
    expect(one?.text).toMatch(/^calls got \d+ % faster after the first \d+: warm up longer \(--warmup\)$/);
  });

  it('find calls that get slower within rounds', () => {
    expect(kinds(calm(3, 1).map((round) => round.map((t, i) => (i < 15 ? t : t * 1.3))))).toEqual(['slowing']);
  });

  it('find a drift over rounds in either direction, and none in shuffled rounds', () => {
    const drifting = calm(8, 2).map((round, i) => round.map((t) => t * 1.04 ** i));
    expect(kinds(drifting)).toEqual(['drift']);
    expect(warningsOf([...drifting].reverse(), 0)[0]?.text).toContain('faster');
    expect(kinds([3, 0, 6, 2, 7, 1, 5, 4].flatMap((i) => [drifting[i] ?? []]))).toEqual([]);
  });

  it('find slow rounds, spikes and a coarse clock', () => {
    const slow = calm(6, 3).map((round, i) => (i === 2 ? round.map((t) => t * 1.5) : round));
    expect(kinds(slow)).toEqual(['slow rounds']);
    expect(warningsOf(slow, 0)[0]?.text).toContain('1 of 6 rounds');
    const next = random(4);
    const spiky = Array.from({ length: 4 }, () =>
      roundOf({ ...CALM, samples: 0.01 }, 30, next).map((t, i) => (i % 10 === 5 ? 2 * t : t)),
    );
    expect(kinds(spiky)).toEqual(['spikes']);
    expect(kinds(calm(3, 5), 0.03)).toEqual(['coarse clock']);
  });

  it('tell two speeds of processes from slow rounds: a fast round is not by chance', () => {
    const at = (speeds: readonly number[], seed: number) =>
      calm(speeds.length, seed).map((round, i) => round.map((t) => t * (speeds[i] as number)));
    const [warning] = warningsOf(at([1.75, 1, 1.75, 1.75, 1.75], 5), 0);
    expect(warning?.kind).toBe('two speeds');
    expect(warning?.text).toMatch(/^two speeds: 1 of 5 rounds were 1\.\d times as fast as the rest/);
    expect(kinds(at([1.75, 1, 1, 1.75, 1, 1], 6))).toEqual(['two speeds']);
    // One slow round among fast ones may have had other work beside it.
    expect(kinds(at([1, 1, 1.75, 1, 1, 1], 6))).toEqual(['slow rounds']);
    expect(kinds(at([1.75, 1, 1.75], 7))).toEqual([]);
  });

  it('tell where the step is', () => {
    const samples = [...Array(8).fill(2), ...Array(22).fill(1)];
    expect(stepIn(samples)).toEqual({ before: 8, ratio: 0.5 });
    expect(stepIn(samples.slice(0, 9))).toBeUndefined();
    expect(stepIn(samples.map((t) => 100 + t))).toBeUndefined();
  });
});
