import { expect, it } from 'vitest';
import type { RoundTime } from '../../suites/engine/history.ts';
import { isPrecise, SETTLED_FROM } from '../../suites/engine/stop.ts';

/** Rounds of a version whose times drift by 20 %, `phase` apart. */
const drifting = (variant: RoundTime['variant'], rounds: number, phase = 0): RoundTime[] =>
  Array.from({ length: rounds }, (_, round) => ({
    variant,
    round,
    time: 10 * (1 + 0.2 * Math.sin(7 * round + phase)),
  }));

it('of two versions is that of their ratio, however their times drift together', () => {
  const [a, together, apart] = [drifting('a', 10), drifting('b', 10), drifting('b', 10, 2)];
  expect(isPrecise([...a, ...together], 0.02)).toBe(true);
  expect(isPrecise([...a, ...apart], 0.02)).toBe(false);
  expect(isPrecise(a, 0.02)).toBe(false);
  // Rounds that one of them lacks are no pairs.
  expect(isPrecise([...a, ...together.slice(1)], 0.02)).toBe(false);
});

it('is looked at from 10 rounds on, at every fifth', () => {
  const exact = (rounds: number) => drifting('a', rounds).map((one) => ({ ...one, time: 10 }));
  const looks = Array.from({ length: 31 }, (_, rounds) => rounds).filter((rounds) => isPrecise(exact(rounds), 0.01));
  expect(looks).toEqual([10, 15, 20, 25, 30]);
  expect(looks[0]).toBe(SETTLED_FROM);
});
