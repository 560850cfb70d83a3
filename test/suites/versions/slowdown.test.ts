import { describe, expect, it } from 'vitest';
import { random } from '../../../reference/random.ts';
import { isDone, provenSlowdown, slowdownOf, type TimePair } from '../../../suites/versions/slowdown.ts';

/** Pairs of rounds of a version that is `ratio` times slower, with noise of this relative size, until enough are made. */
function compare(ratio: number, noise: number, slowdown: number, seed: number): readonly TimePair[] {
  const next = random(seed);
  const wobble = () => 1 + noise * (next() + next() + next() - 1.5) * 2;
  const pairs: TimePair[] = [];
  while (!isDone(pairs, slowdown)) pairs.push([10 * wobble(), 10 * ratio * wobble()]);
  return pairs;
}

const seeds = Array.from({ length: 200 }, (_, i) => i);

describe('a comparison by turns', () => {
  it('is over early where times are steady, and never goes on for ever', () => {
    expect(compare(1, 0, 1.2, 0)).toHaveLength(4);
    expect(compare(1, 0.5, 1.05, 0)).toHaveLength(16);
  });

  it('tells a slowdown of 10 % from none, with noise of 1 %, in 99 of 100 cases', () => {
    for (const [ratio, answer] of [
      [1, 'good'],
      [1.1, 'bad'],
    ] as const) {
      const answers = seeds.map((seed) => slowdownOf(compare(ratio, 0.01, 1.1, seed), 1.1).answer);
      expect(answers.filter((one) => one === answer).length).toBeGreaterThanOrEqual(0.99 * seeds.length);
      expect(answers.filter((one) => one !== answer && one !== 'skipped')).toEqual([]);
    }
  });

  it('says that it is unsure where noise is larger than the slowdown', () => {
    const answers = seeds.map((seed) => slowdownOf(compare(1.02, 0.3, 1.05, seed), 1.05));
    expect(answers.filter(({ answer }) => answer === 'skipped').length).toBeGreaterThan(0.8 * seeds.length);
    expect(answers.find(({ answer }) => answer === 'skipped')?.outcome).toBe('unsure');
    expect(slowdownOf([], 1.1)).toMatchObject({ answer: 'skipped', detail: 'too few rounds' });
  });
});

describe('the slowdown of the bad version', () => {
  it('counts where it is proven and at least the threshold', () => {
    const steady = (ratio: number): TimePair[] => [1, 2, 3, 4].map((i) => [10 + i / 100, ratio * 10 + i / 100]);
    expect(provenSlowdown(steady(1.2), 0.05)).toBeCloseTo(1.2, 2);
    expect(provenSlowdown(steady(1.04), 0.05)).toBeUndefined();
    expect(provenSlowdown(steady(0.8), 0.05)).toBeUndefined();
    expect(provenSlowdown(steady(1.2).slice(0, 2), 0.05)).toBeUndefined();
    expect(
      provenSlowdown(
        [
          [10, 30],
          [10, 5],
          [10, 20],
          [10, 9],
        ],
        0.05,
      ),
    ).toBeUndefined();
  });
});
