import { describe, expect, it } from 'vitest';
import { autoScale, linearScale, logScale } from '../../reports/html/kit/chart.ts';

describe('scales end, and are finite, whatever a run file holds', () => {
  it.each([
    [[1e-4, 1, 5.6e306]],
    [[Number.MIN_VALUE, Number.MAX_VALUE]],
    [[Number.MAX_VALUE]],
    [[Number.MIN_VALUE]],
    [[0, Number.MAX_VALUE]],
    [[]],
  ])('%j', (values) => {
    for (const scale of [logScale, linearScale, autoScale]) {
      const { domain, ticks } = scale(values, 8);
      expect(domain.every(Number.isFinite)).toBe(true);
      expect(ticks.length).toBeLessThanOrEqual(30);
    }
  });
});
