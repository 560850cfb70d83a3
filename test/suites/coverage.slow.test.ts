import { describe, expect, it } from 'vitest';
import { random } from '../../reference/random.ts';
import type { RoundTime } from '../../suites/engine/history.ts';
import { roundsLeft, SETTLED_FROM } from '../../suites/engine/stop.ts';
import { adjusted, centreInterval, differenceInterval, pairedRatio, unpairedRatio } from '../../suites/stats/centre.ts';
import { median, quantile } from '../../suites/stats/quantiles.ts';
import { drawn, NOISES, populationOf } from './population.ts';

// How often 95 % intervals cover the truth, over simulated runs whose truth is known. The seeds are fixed, so
// that the shares are the same on every machine; their own standard error is 0.2 points.
const TRIALS = 10_000;
const SAMPLES = 30;
const POPULATION = 10_000;
const ROUNDS = [3, 4, 5, 8, 12];

/** Share of trials, in per cent, whose interval covers the truth. */
function coverage(truth: number, interval: (next: () => number) => readonly [number, number] | undefined): number {
  const next = random(7);
  let covered = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const [low, high] = interval(next) ?? [Number.NaN, Number.NaN];
    if (low <= truth && truth <= high) covered++;
  }
  return (100 * covered) / TRIALS;
}

const populations = Object.entries(NOISES).map(([name, noise], i) => {
  const rounds = populationOf(noise, POPULATION, SAMPLES, i);
  return { name, medians: rounds.map(median), tails: rounds.map((samples) => quantile(samples, 0.9)) };
});

describe.each(populations)('$name', ({ medians, tails }) => {
  it.each(ROUNDS)('%i rounds: the interval holds the population’s median of round medians', (rounds) => {
    const covered = coverage(median(medians), (next) => centreInterval(drawn(medians, rounds, next), 0));
    expect(covered).toBeGreaterThanOrEqual(93);
    expect(covered).toBeLessThanOrEqual(97);
  });

  it.each(ROUNDS)('%i rounds: the same for 90th percentiles of rounds', (rounds) => {
    const covered = coverage(median(tails), (next) => centreInterval(drawn(tails, rounds, next), 0));
    expect(covered).toBeGreaterThanOrEqual(93);
    expect(covered).toBeLessThanOrEqual(97);
  });

  // The difference of two versions has symmetric noise, so the intervals cover more than 95 %.
  it.each(ROUNDS)('%i rounds: the interval of a ratio holds it, in pairs with a drift and apart', (rounds) => {
    const RATIO = 1.07;
    const paired = coverage(RATIO, (next) => {
      const pairs = drawn(medians, rounds, next).map((base, i) => {
        const drift = 1 + 0.1 * i;
        return [base * drift, (drawn(medians, 1, next)[0] ?? 0) * drift * RATIO] as const;
      });
      return pairedRatio(pairs, 0)?.interval;
    });
    const apart = coverage(RATIO, (next) => {
      const head = drawn(medians, rounds, next).map((time) => time * RATIO);
      return unpairedRatio(drawn(medians, rounds, next), head, 0)?.interval;
    });
    expect(paired).toBeGreaterThanOrEqual(93);
    expect(apart).toBeGreaterThanOrEqual(93);
  });
});

// Forms of a call that take turns share what their round brings, so that little of its noise is left in a difference.
describe.each(populations)('$name, in a difference', ({ medians }) => {
  const differences = Array.from({ length: POPULATION }, (_, i) => {
    const pair = (offset: number) => medians[(i * 31 + offset) % medians.length] ?? 0;
    return 0.2 + 0.1 * (pair(0) - pair(17));
  });

  it.each(ROUNDS)('%i rounds: the interval holds it', (rounds) => {
    const covered = coverage(median(differences), (next) => differenceInterval(drawn(differences, rounds, next), 0));
    expect(covered).toBeGreaterThanOrEqual(93);
  });
});

describe('many comparisons', () => {
  const CELLS = 200;
  const RUNS = 40;

  it.each(ROUNDS)('%i rounds: of 200 pairs of equals in a run, hardly any is called different', (rounds) => {
    const next = random(11);
    let [claims, marginal] = [0, 0];
    for (let run = 0; run < RUNS; run++) {
      const ps = Array.from({ length: CELLS }, (_, cell) => {
        const { medians } = populations[cell % populations.length] as (typeof populations)[number];
        const pairs = Array.from({ length: rounds }, () => drawn(medians, 2, next) as unknown as [number, number]);
        return pairedRatio(pairs, 0)?.p ?? 1;
      });
      claims += adjusted(ps).filter((p) => p <= 0.05).length;
      marginal += ps.filter((p) => p <= 0.05).length;
    }
    expect((100 * claims) / (RUNS * CELLS)).toBeLessThanOrEqual(0.1);
    // Without the adjustment some would be: the test is not blind.
    expect((100 * marginal) / (RUNS * CELLS)).toBeGreaterThan(2);
  });
});

/** Maximum of rounds, where rounds are added until an interval is narrow. */
const MOST_ROUNDS = 40;

const roundTime = (variant: RoundTime['variant'], round: number, medians: number[], next: () => number): RoundTime => ({
  ...{ variant, round, time: drawn(medians, 1, next)[0] ?? 0 },
});

/** Pairs of times of two equal versions, in rounds that are added until their ratio is known to ±`within`. */
function precisePairs(medians: number[], within: number, next: () => number): (readonly [number, number])[] {
  const times: RoundTime[] = [];
  const pairs: (readonly [number, number])[] = [];
  while (pairs.length < SETTLED_FROM || (pairs.length < MOST_ROUNDS && roundsLeft(times, within) > 0)) {
    const [a, b] = (['a', 'b'] as const).map((variant) => roundTime(variant, pairs.length, medians, next));
    if (a === undefined || b === undefined) break;
    times.push(a, b);
    pairs.push([a.time, b.time]);
  }
  return pairs;
}

it.each([0.015, 0.03])('stopping once a ratio is within ±%d keeps 90 %% coverage', (within) => {
  for (const { medians } of populations)
    expect(coverage(1, (next) => pairedRatio(precisePairs(medians, within, next), 0)?.interval)).toBeGreaterThanOrEqual(
      90,
    );
});

it('stopping once ratios are within ±0.02 calls hardly any of 200 pairs of equals different', () => {
  const next = random(13);
  let claims = 0;
  for (let run = 0; run < 10; run++) {
    const ps = Array.from({ length: 200 }, (_, cell) => {
      const { medians } = populations[cell % populations.length] as (typeof populations)[number];
      return pairedRatio(precisePairs(medians, 0.02, next), 0)?.p ?? 1;
    });
    claims += adjusted(ps).filter((p) => p <= 0.05).length;
  }
  expect((100 * claims) / (10 * 200)).toBeLessThanOrEqual(0.5);
});

it.each([0.02, 0.03, 0.05])('stopping once the interval is within ±%d keeps 90 % coverage', (within) => {
  for (const { medians } of populations) {
    const covered = coverage(median(medians), (next) => {
      const times: RoundTime[] = [];
      while (times.length < SETTLED_FROM || (times.length < MOST_ROUNDS && roundsLeft(times, within) > 0))
        times.push(roundTime('a', times.length, medians, next));
      return centreInterval(
        times.map(({ time }) => time),
        0,
      );
    });
    expect(covered).toBeGreaterThanOrEqual(90);
  }
});

it('a percentile bootstrap over rounds would not do: it holds the median too seldom', () => {
  const { medians } = populations[0] as (typeof populations)[number];
  const bootstrap = (rounds: number) => {
    const next = random(3);
    const truth = median(medians);
    const held = Array.from({ length: 1000 }, () => {
      const times = drawn(medians, rounds, next);
      const draws = Array.from({ length: 300 }, () => median(drawn(times, rounds, next)));
      return quantile(draws, 0.025) <= truth && truth <= quantile(draws, 0.975);
    });
    return (100 * held.filter(Boolean).length) / held.length;
  };
  expect(bootstrap(3)).toBeLessThan(80);
  expect(bootstrap(8)).toBeLessThan(93);
});
