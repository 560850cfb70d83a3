import { expect, it } from 'vitest';
import { measureClock } from '../../suites/contract/clock.ts';

it('measures the steps of a coarse clock, however often it is read', () => {
  let reading = 0;
  // 7 readings to a step of 100 µs, and now and then a step of 200 µs.
  const now = () => 1000 + 0.1 * (Math.floor(reading / 7) + Math.floor(reading++ / 70));
  const { step, granularity } = measureClock(now);
  expect(step).toBeCloseTo(0.1, 9);
  expect(granularity).toBeCloseTo(0.1, 9);
});

it('refuses a clock that stands still', () => {
  expect(() => measureClock(() => 1)).toThrow('stands still');
});

it("tells this process's clock to less than a microsecond", () => {
  const { step, granularity } = measureClock(() => performance.now());
  expect(step).toBeGreaterThan(0);
  expect(granularity).toBeLessThan(0.01);
});
