import { describe, expect, it } from 'vitest';
import { autoScale, linearScale, logScale, spanScale } from '../../reports/html/kit/chart.ts';

describe('scales end, and are finite, whatever a run file holds', () => {
  it.each([
    [[1e-4, 1, 5.6e306]],
    [[Number.MIN_VALUE, Number.MAX_VALUE]],
    [[Number.MAX_VALUE]],
    [[Number.MIN_VALUE]],
    [[0, Number.MAX_VALUE]],
    [[]],
  ])('%j', (values) => {
    for (const scale of [logScale, linearScale, autoScale, spanScale]) {
      const { domain, ticks } = scale(values, 8);
      expect(domain.every(Number.isFinite)).toBe(true);
      expect(ticks.length).toBeLessThanOrEqual(30);
    }
  });
});

it('spans values that differ by little', () => {
  const { domain, ticks } = spanScale([92.4, 92.7, 61.2], 5);
  expect(domain[0]).toBeGreaterThan(50);
  expect(domain[1]).toBeLessThan(100);
  expect(ticks).toEqual([60, 70, 80, 90]);
});
