import { describe, expect, it } from 'vitest';
import { compare } from '../../reports/compare/compare.ts';
import { VERDICTS } from '../../reports/compare/verdicts.ts';
import { OPPOSITES } from '../../suites/contract/change.ts';
import type { Outcome } from '../../suites/record/record.ts';
import { syntheticRun } from './fixture.ts';
import { slowed, without } from './runs.ts';

const base = syntheticRun();

/** What the opposite comparison may call a finding. */
const MIRROR: { readonly [verdict: string]: readonly string[] } = {
  lost: ['new'],
  'new': ['lost'],
  broken: ['mended', 'vanished', 'other failure'],
  suspect: ['mended', 'vanished', 'other failure'],
  mended: ['broken', 'suspect'],
  'new failure': ['vanished'],
  vanished: ['new failure', 'broken', 'suspect'],
  'other failure': ['other failure', 'broken', 'suspect'],
  ...Object.fromEntries(['placement moved', 'unsure', 'same'].map((same) => [same, [same]])),
  ...Object.fromEntries(
    OPPOSITES.flatMap(([a, b]) => [
      [a, [b]],
      [b, [a]],
    ]),
  ),
};

describe('compare(a, b) and compare(b, a)', () => {
  const crashed: Outcome = { status: 'crash', reason: 'died', phase: 'open' };
  const other = slowed(
    without(
      {
        ...base,
        records: base.records.map((one, i) => (i % 11 === 0 ? { ...one, outcome: crashed } : one)),
      },
      (id) => id.endsWith(':ort-web/webgl'),
    ),
    1.4,
    (id) => id.endsWith(':ort-web/wasm'),
  );
  const key = ({ metric }: { metric: string }) => metric;

  it('are mirror images: opposite verdicts, base and head swapped, inverse ratios', () => {
    const there = compare(base, other, 0.03);
    const back = compare(other, base, 0.03);
    const mirrored = new Map(back.changes.map((change) => [change.id, change]));
    expect(mirrored.size).toBe(there.changes.length);
    let compared = 0;
    for (const { id, findings, ratio } of there.changes) {
      const image = mirrored.get(id);
      const images = new Map(image?.findings.map((one) => [key(one), one]));
      expect([id, [...images.keys()].sort()]).toEqual([id, findings.map(key).sort()]);
      for (const one of findings) {
        const found = images.get(key(one));
        expect([id, MIRROR[one.verdict]]).toEqual([id, expect.arrayContaining([found?.verdict])]);
        expect([id, found?.base, found?.head]).toEqual([id, one.head, one.base]);
        compared++;
      }
      if (ratio !== undefined) {
        expect((image?.ratio?.ratio ?? 0) * ratio.ratio).toBeCloseTo(1, 10);
        expect((image?.ratio?.interval[0] ?? 0) * ratio.interval[1]).toBeCloseTo(1, 10);
        expect(image?.ratio?.adjusted).toBeCloseTo(ratio.adjusted, 10);
      }
    }
    expect(compared).toBeGreaterThan(there.changes.length);
    expect(new Set(there.changes.map(({ verdict }) => verdict)).size).toBeGreaterThan(5);
    for (const mean of there.backends) {
      const image = back.backends.find(({ backend, metric }) => backend === mean.backend && metric === mean.metric);
      expect((image?.ratio.ratio ?? 0) * mean.ratio.ratio).toBeCloseTo(1, 10);
      expect(MIRROR[mean.verdict]).toContain(image?.verdict);
    }
  });

  it('has a mirror for every verdict', () => {
    expect(VERDICTS.filter((verdict) => MIRROR[verdict] === undefined)).toEqual([]);
    expect(new Set(VERDICTS).size).toBe(VERDICTS.length);
    expect(Object.keys(MIRROR).filter((verdict) => !VERDICTS.some((one) => one === verdict))).toEqual([]);
  });
});
