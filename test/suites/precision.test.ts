import { expect, it } from 'vitest';
import type { RoundTime } from '../../suites/engine/history.ts';
import { roundsLeft, SETTLED_FROM } from '../../suites/engine/stop.ts';

/** Rounds of a version whose times drift by 20 %, `phase` apart. */
const drifting = (variant: RoundTime['variant'], rounds: number, phase = 0): RoundTime[] =>
  Array.from({ length: rounds }, (_, round) => ({
    variant,
    round,
    time: 10 * (1 + 0.2 * Math.sin(7 * round + phase)),
  }));

it('of two versions is that of their ratio, however their times drift together', () => {
  const [a, together, apart] = [drifting('a', 10), drifting('b', 10), drifting('b', 10, 2)];
  expect(roundsLeft([...a, ...together], 0.02)).toBe(0);
  expect(roundsLeft([...a, ...apart], 0.02)).toBeGreaterThan(0);
  expect(roundsLeft(a, 0.02)).toBeGreaterThan(0);
  // Rounds that one of them lacks are no pairs.
  expect(roundsLeft([...a, ...together.slice(6)], 0.02)).toBeGreaterThan(0);
});

it('is known from five rounds on, and after two narrow intervals in a row', () => {
  const exact = (rounds: number, last = 10): RoundTime[] =>
    drifting('a', rounds).map((one, i) => ({ ...one, time: i === rounds - 1 ? last : 10 + 0.001 * i }));
  const looks = Array.from({ length: 9 }, (_, rounds) => rounds).filter(
    (rounds) => roundsLeft(exact(rounds), 0.01) === 0,
  );
  expect(looks).toEqual([5, 6, 7, 8]);
  expect(looks[0]).toBe(SETTLED_FROM);
  // Four rounds whose last is far off are wide; a fifth that lies between them makes the interval narrow again.
  const odd = [...exact(4, 14), { variant: 'a', round: 4, time: 10.001 } as const];
  expect(roundsLeft(odd, 0.05)).toBeGreaterThan(0);
});

it('estimates how many rounds are left from the interval so far', () => {
  const times = [10, 10.8, 9.5, 10.4, 9.9, 10.2].map((time, round): RoundTime => ({ variant: 'a', round, time }));
  expect(roundsLeft([], 0.05)).toBe(5);
  expect(roundsLeft(times.slice(0, 2), 0.05)).toBe(3);
  expect(roundsLeft(times, 0.1)).toBe(0);
  expect(roundsLeft(times, 0.02)).toBeGreaterThan(5);
  expect(roundsLeft(times, 0.01)).toBeGreaterThan(3 * roundsLeft(times, 0.02));
});
