import { describe, expect, it } from 'vitest';
import { compare } from '../../reports/compare/compare.ts';
import { renderComparison } from '../../reports/terminal/comparison.ts';
import type { Outcome, Run } from '../../suites/record/record.ts';
import { adapterOf, PASSED, started, WORK } from './results.ts';
import { CPU, clock, ID, idOf, latency, ok, one, runOf } from './runs.ts';

describe('times', () => {
  it.each([
    ['slower', 1.1, true],
    ['faster', 0.9, false],
    ['same', 1, false],
  ] as const)('finds what is %s', (verdict, factor, regressed) => {
    const change = one(ID, latency(10), latency(10 * factor));
    expect(change).toMatchObject({ verdict, regressed });
    const [low = 0, high = 0] = change.ratio?.interval ?? [];
    expect(low).toBeLessThan(factor);
    expect(high).toBeGreaterThan(factor);
  });

  it('takes no difference below the threshold for slower, however sure it is', () => {
    const exact = (ms: number) =>
      latency(1).map(() =>
        ok({ suite: 'latency', samples: [ms, ms, ms], batch: 1, clock, warmup: 4, short: false, work: WORK }),
      );
    expect(one(ID, exact(10), exact(10.2)).verdict).toBe('same');
    expect(one(ID, exact(10), exact(10.4)).verdict).toBe('slower');
  });

  it('is unsure where intervals are wide or rounds few, and says what to do', () => {
    const noisy = (ms: number) => [0.6, 1.7, 1, 0.8, 1.4].flatMap((factor) => latency(ms * factor, 1));
    expect(one(ID, noisy(10), noisy(11))).toMatchObject({
      verdict: 'unsure',
      detail: expect.stringContaining('--rounds'),
    });
    expect(one(ID, latency(10, 2), latency(20, 2))).toMatchObject({
      verdict: 'unsure',
      detail: expect.stringContaining('fewer than 3 rounds'),
    });
  });

  it('pairs rounds of runs that took turns, so that drift cancels; rounds that one lacks are left out', () => {
    const drift = (factor: number) => Array.from({ length: 8 }, (_, i) => latency(10 * factor * 1.2 ** i, 1)).flat();
    expect(one(ID, drift(1), drift(1.1)).verdict).toBe('unsure');
    const [base, head] = [runOf({ [ID]: drift(1) }), runOf({ [ID]: drift(1.1) })];
    const paired = (run: Run, variant: 'a' | 'b', name = 'x') => ({
      ...run,
      header: { ...run.header, pair: { name, variant } },
    });
    expect(compare(paired(base, 'a'), paired(head, 'b'), 0.03).changes[0]?.verdict).toBe('slower');
    expect(compare(paired(base, 'a'), paired(head, 'b', 'y'), 0.03).changes[0]?.verdict).toBe('unsure');
    const torn = { ...head, records: head.records.filter(({ round }) => round !== 2) };
    expect(compare(paired(base, 'a'), paired(torn, 'b'), 0.03).changes[0]?.verdict).toBe('slower');
  });

  it('raises its demands with the number of cells', () => {
    const pairs = Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [`latency:resnet18.seed${i}:fp32:b1:64:ort-node/cpu`, i]),
    );
    const make = (ms: (i: number) => number) =>
      runOf(Object.fromEntries(Object.entries(pairs).map(([id, i]) => [id, latency(ms(i), 5)])));
    const equal = compare(
      make(() => 10),
      make(() => 10),
      0,
    );
    expect(equal.tested).toBe(200);
    expect(equal.changes.filter(({ ratio }) => (ratio?.p ?? 1) <= 0.05).length).toBeGreaterThan(0);
    expect(equal.changes.filter(({ verdict }) => verdict === 'slower' || verdict === 'faster')).toEqual([]);
    const planted = compare(
      make(() => 10),
      make((i) => (i % 4 === 0 ? 12 : 10)),
      0.03,
    );
    expect(planted.changes.filter(({ verdict }) => verdict === 'slower').length).toBeGreaterThanOrEqual(45);
    // One of twenty claims may be false.
    expect(planted.changes.filter(({ verdict }) => verdict === 'faster').length).toBeLessThanOrEqual(2);
  });

  it('compares start-up by the time until the first answer', () => {
    const rounds = (ms: number): Outcome[] =>
      [0, 1, 2, 3, 4].map((i) => ok(started({ module: ms, session: ms + i / 10, first: ms })));
    expect(one(idOf('startup'), rounds(30), rounds(40)).verdict).toBe('slower');
  });

  it('compares transfer by the calls that leave their data on the device', () => {
    const rounds = (host: number, bound: number): Outcome[] =>
      [0, 1, 2, 3, 4].map((i) => {
        const samples = (ms: number) => [ms + i / 100, ms + i / 100];
        const times = { host: samples(host), bound: samples(bound), read: samples(host) };
        return ok({ suite: 'transfer', ...times, batch: 1, clock, warmup: 4, short: false, checks: [PASSED] });
      });
    expect(one(idOf('transfer'), rounds(30, 20), rounds(30, 22)).verdict).toBe('slower');
    expect(one(idOf('transfer'), rounds(30, 20), rounds(30.1, 20)).verdict).toBe('same');
  });
});

describe('machines', () => {
  const parts = (more: { [part: string]: string }) => ({
    fingerprint: { hash: 'f', parts: { cpu: 'A', cores: '2', os: 'Linux 1', packages: 'x 1.0, y 2.0', ...more } },
  });
  const between = (more: { [part: string]: string }) =>
    compare(runOf({ [ID]: latency(10) }, parts({})), runOf({ [ID]: latency(20) }, parts(more)), 0.03);

  it('does not compare times of another processor', () => {
    const comparison = between({ cpu: 'B' });
    expect(comparison.differences).toEqual([{ part: 'cpu', base: 'A', head: 'B', machine: true }]);
    expect(comparison.changes[0]).toMatchObject({ verdict: 'unsure', detail: 'made on different machines' });
    expect(renderComparison(comparison, { color: false, width: 100 })).toContain(
      'notice: the runs were made on different machines',
    );
  });

  it('compares times with other software, and says what differs', () => {
    const comparison = between({ packages: 'x 1.0, y 2.1' });
    expect(comparison.differences).toEqual([{ part: 'packages', base: 'y 2.0', head: 'y 2.1', machine: false }]);
    expect(comparison.changes[0]?.verdict).toBe('slower');
  });

  it('does not compare times of different adapters', () => {
    const on = (description: string) => ({ ...CPU, device: 'webgpu', adapter: adapterOf(description, false) });
    const rounds = (description: string) =>
      latency(10).map((outcome) => ({ ...outcome, placement: on(description) }) as Outcome);
    expect(one(ID, rounds('A'), rounds('B'))).toMatchObject({
      verdict: 'placement moved',
      metric: 'placement_adapter',
      ratio: undefined,
      findings: [
        { base: 'A', head: 'B' },
        { verdict: 'unsure', detail: 'ran on webgpu, A, then on webgpu, B' },
      ],
    });
    expect(one(ID, rounds('A'), rounds('A')).verdict).toBe('same');
  });

  it('notices busy machines, stolen time, another governor and a shift of everything', () => {
    const cells = (ms: number) =>
      Object.fromEntries(
        [0, 1, 2, 3, 4].map((i) => [`latency:resnet18.seed${i}:fp32:b1:64:ort-node/cpu`, latency(ms)]),
      );
    const base = runOf(cells(10));
    const head = runOf(cells(11));
    expect(compare(base, base, 0.03).notices).toEqual([]);
    const environment = { ...head.header.environment, load: 3.5, governor: 'powersave' };
    const end = {
      kind: 'end',
      at: '2026-01-02T03:15:00.000Z',
      load: 2,
      steal: 0.2,
      throttled: { heat: 3, quota: 60 },
    } as const;
    const { notices } = compare(base, { ...head, header: { ...head.header, environment }, end }, 0.03);
    for (const text of [
      'busy machine (load 3.5 on 4 cores)',
      '20.00 %',
      'from performance to powersave',
      'heat slowed a processor core 3 times',
      'wait for 60.0 s',
      'all times together',
    ])
      expect(notices.join('\n')).toContain(text);
    expect(compare(base, { ...base, end: undefined }, 0.03).notices).toEqual(['the head has no end record']);
  });
});
