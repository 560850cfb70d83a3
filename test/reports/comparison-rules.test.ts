import { describe, expect, it } from 'vitest';
import { type Comparison, compare } from '../../reports/compare/compare.ts';
import { comparisonData } from '../../reports/compare/comparison-data.ts';
import { conclude } from '../../reports/compare/conclusion.ts';
import { everywhere } from '../../reports/compare/rules.ts';
import { concludeAll, sideBySide, sideBySideData } from '../../reports/compare/side-by-side.ts';
import { FAILING } from '../../reports/compare/verdicts.ts';
import { renderSideBySideMarkdown } from '../../reports/markdown-side-by-side.ts';
import { tabulate } from '../../reports/table/table.ts';
import { renderComparison } from '../../reports/terminal/comparison.ts';
import { renderSideBySide } from '../../reports/terminal/side-by-side.ts';
import { falseAlarms } from '../../scripts/compare.ts';
import { failOn, thresholds } from '../../scripts/compare-options.ts';
import { finding } from '../../suites/contract/change.ts';
import type { Outcome, Run } from '../../suites/record/record.ts';
import { HOSTILE, syntheticRun } from './fixture.ts';
import { placementOf } from './results.ts';
import { ID, idOf, latency, runOf, slowed, verdicts, without } from './runs.ts';

const OPTIONS = { color: false, width: 100 };
const base = syntheticRun();

const isWasm = (id: string) => id.endsWith(':tfjs/wasm');

describe('what is lost', () => {
  it.each([
    ['planned and not run', { ...base, records: base.records.filter(({ id }) => !isWasm(id)) }],
    ['not planned', without(base, isWasm)],
    [
      'unsupported',
      {
        ...base,
        records: base.records.map((one) =>
          isWasm(one.id) ? { ...one, outcome: { status: 'unsupported' as const, reason: 'no SIMD' } } : one,
        ),
      },
    ],
  ])('is every right cell of a backend that is %s: it comes first, and fails', (_, head) => {
    const comparison = compare(base, head, 0.03);
    const right = tabulate(base).rows.filter(
      ({ id, status }) => isWasm(id) && (status === 'ok' || status === 'partial'),
    );
    const lost = comparison.changes.filter(({ verdict }) => verdict === 'lost');
    expect(right.length).toBeGreaterThan(20);
    expect(lost.map(({ id }) => id).sort()).toEqual(right.map(({ id }) => id).sort());
    expect(comparison.changes[0]?.verdict).toBe('lost');
    expect(conclude(comparison)).toEqual({ regressed: true, code: 1, text: `Regressed: ${lost.length} lost.` });
    expect(renderComparison(comparison, OPTIONS)).toContain(`\nlost (${lost.length})\n`);
  });
});

describe('a run against itself', () => {
  it('is the same wherever it has rounds enough, with a ratio of exactly 1', () => {
    for (const head of [base, structuredClone(base)]) {
      const { changes, backends } = compare(base, head, 0.03);
      for (const { verdict, ratio, detail, id } of changes) {
        if (ratio !== undefined) expect(ratio).toMatchObject({ ratio: 1, interval: [1, 1], p: 1 });
        else if (verdict !== 'same') expect([id, detail]).toEqual([id, expect.stringContaining('fewer than 3 rounds')]);
      }
      expect(changes.filter(({ ratio }) => ratio !== undefined).every(({ verdict }) => verdict === 'same')).toBe(true);
      expect(backends.every(({ verdict, ratio }) => verdict === 'same' && ratio.ratio === 1)).toBe(true);
    }
  });

  it('is told from two runs with equal times, which have an interval', () => {
    const later = { ...base, records: base.records.map((one) => ({ ...one, at: '2026-02-01T00:00:00.000Z' })) };
    const [low = 1, high = 1] = compare(base, later, 0.03).changes.find(({ ratio }) => ratio)?.ratio?.interval ?? [];
    expect(low).toBeLessThan(1);
    expect(high).toBeGreaterThan(1);
  });

  it('counts unchanged cells by kind', () => {
    const { unchanged, counts } = comparisonData(compare(base, base, 0.03)) as {
      unchanged: { [kind: string]: number };
      counts: { same: number };
    };
    expect(Object.keys(unchanged)).toEqual(
      expect.arrayContaining(['same time', 'right in both', 'same memory', 'unsupported in both', 'not run in both']),
    );
    expect(Object.values(unchanged).reduce((sum, n) => sum + n, 0)).toBe(counts.same);
  });
});

describe('a backend', () => {
  const ids = [0, 1, 2, 3, 4].map((i) => `latency:resnet18.seed${i}:fp32:b1:64:ort-node/cpu`);
  const cells = (ms: number) => runOf(Object.fromEntries(ids.map((id) => [id, latency(ms, 4)])));

  it('has the geometric mean of its cells’ ratios, which fails where it is slower', () => {
    const comparison = compare(cells(10), cells(11), 0.03);
    const [mean] = comparison.backends;
    expect(mean).toMatchObject({ backend: 'ort-node/cpu', metric: 'latency_median_ms', cells: 5, verdict: 'slower' });
    const logs = comparison.changes.map(({ ratio }) => Math.log(ratio?.ratio ?? 0));
    expect(mean?.ratio.ratio).toBeCloseTo(Math.exp(logs.reduce((sum, log) => sum + log, 0) / 5), 12);
    expect(conclude(comparison).text).toContain('ort-node/cpu slower in the geometric mean of latency median');
    const [low = 0, high = 0] = mean?.ratio.interval ?? [];
    expect(low).toBeGreaterThan(1.07);
    expect(high).toBeLessThan(1.13);
  });
});

describe('rules', () => {
  it('have a threshold for each class of hosts', () => {
    const software = placementOf('ort-web/webgpu');
    const cells = (ms: number) =>
      runOf({
        [ID]: latency(ms),
        [idOf('latency', 'ort-web/wasm')]: latency(ms),
        [idOf('latency', 'ort-web/webgpu')]: latency(ms).map((one) => ({ ...one, placement: software }) as Outcome),
      });
    const of = (text: string) =>
      Object.values(verdicts(compare(cells(10), cells(11), { thresholds: thresholds(text), failOn: FAILING }))).sort();
    expect(of('3%')).toEqual(['slower', 'slower', 'slower']);
    expect(of('node=20%')).toEqual(['same', 'slower', 'slower']);
    expect(of('browser=20%,node=20%')).toEqual(['same', 'same', 'slower']);
    expect(of('20%,software=3%')).toEqual(['same', 'same', 'slower']);
    expect(thresholds('5%')).toEqual(everywhere(0.05));
  });

  it('say what fails', () => {
    const [a, b] = [runOf({ [ID]: latency(10) }), runOf({ [ID]: latency(20) })];
    const code = (text: string) => conclude(compare(a, b, { thresholds: everywhere(0.03), failOn: failOn(text) })).code;
    expect([code('slower'), code('lost,less-accurate'), code('none')]).toEqual([1, 0, 0]);
    expect(() => failOn('slowr')).toThrow("did you mean 'slower'?");
    expect(() => thresholds('brwser=3%')).toThrow("did you mean 'browser'?");
  });
});

describe('the control', () => {
  const run = (control: readonly number[] | undefined): Run => {
    const one = runOf({ [ID]: latency(10) });
    return { ...one, end: { ...(one.end as NonNullable<Run['end']>), ...(control ? { control: [...control] } : {}) } };
  };
  const of = (a: number[] | undefined, b: number[] | undefined): Comparison => compare(run(a), run(b), 0.03);

  it('is noticed where its median moved by more than 3 %, and is a number in the JSON', () => {
    const moved = of([5, 5.1, 5], [5.2, 5.2, 9]);
    expect(moved.notices).toContainEqual(
      expect.stringContaining('the control, a fixed kernel on the CPU, moved by 4.00 %'),
    );
    expect(comparisonData(moved)).toMatchObject({ control: { base_ms: 5, head_ms: 5.2, ratio: 1.04 } });
    expect(of([5, 5.1, 5], [5.1]).notices).toEqual([]);
    expect(of([5.2], [5]).notices).toHaveLength(1);
  });

  it('is not needed: older files have none', () => {
    for (const older of [of(undefined, [5]), of([5], undefined), of(undefined, undefined)]) {
      expect(older.control).toBeUndefined();
      expect(older.notices).toEqual([]);
    }
  });
});

describe('several runs side by side', () => {
  const runs = [
    { name: 'one', run: base },
    { name: 'two', run: without(base, isWasm) },
    { name: HOSTILE, run: slowed(base, 2, (id) => id.endsWith(':ort-node/cpu')) },
    { name: 'four', run: base },
  ];
  const side = sideBySide(runs, 0.03);

  it('compares each with the first: a row for each cell, a column for each run', () => {
    expect(side.rows.map(({ id }) => id)).toEqual(base.header.plan);
    const row = side.rows.find(({ id }) => id === 'latency:resnet18.seed0:fp32:b1:64:ort-node/cpu');
    expect(row?.cells.map(({ verdict }) => verdict)).toEqual([undefined, 'same', 'slower', 'same']);
    expect(row?.cells[2]?.ratio?.ratio).toBeCloseTo(2, 10);
    const lost = side.rows.find(({ id }) => id === 'latency:resnet18.seed0:fp32:b1:64:tfjs/wasm');
    expect(lost?.cells[1]).toMatchObject({ status: 'missing', verdict: 'lost' });
    expect(concludeAll(side)).toMatchObject({ code: 1, each: [{ code: 1 }, { code: 1 }, { code: 0 }] });
    expect(
      concludeAll(
        sideBySide(
          [runs[0], runs[3]].flatMap((one) => one ?? []),
          0.03,
        ),
      ).code,
    ).toBe(0);
  });

  it('is a table in the terminal, in Markdown and in JSON', () => {
    const text = renderSideBySide(side, { color: false, width: 120 });
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
    expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(text).toContain('latency:resnet18.seed0:fp32:b1:64');
    expect(text).toMatch(/^ {2}tfjs\/wasm +\S+ ms +missing lost +\S+ ms ×1.000 same/m);
    expect(text).toContain('cells without an answer in any run');
    const markdown = renderSideBySideMarkdown(side);
    for (const line of markdown.split('\n').filter((one) => one.startsWith('|')))
      expect(line.replaceAll(/\\./g, '').split('|')).toHaveLength(7);
    expect(markdown).not.toContain('<script>');
    const data = JSON.parse(JSON.stringify(sideBySideData(side)));
    expect(data).toMatchObject({ exit_code: 1, runs: ['one', 'two', HOSTILE, 'four'] });
    expect(data.rows).toHaveLength(side.rows.length);
    expect(data.comparisons).toHaveLength(3);
  });
});

it('an A/A run has no false alarm where it is compared with itself', () => {
  expect(falseAlarms(compare(base, base, 0.03))).toMatchObject({
    code: 0,
    text: expect.stringContaining('A/A: 0 false alarms'),
  });
});

it('writes words that two figures share once', () => {
  const figures = (base: number, head: number) => {
    const text = (value: number) => `tensors ${value} MiB`;
    return finding('more memory', { metric: 'memory_tensors_bytes', base, head, text }, '').figures;
  };
  expect(figures(1, 2)).toBe('tensors 1 → 2 MiB');
  const plain = (base: string, head: string) =>
    finding('same', { metric: 'x', base: 0, head: 1, text: (value) => (value === 0 ? base : head) }, '').figures;
  expect([plain('1', '2'), plain('1', '1'), plain('1 image', '2 images')]).toEqual([
    '1 → 2',
    '1 → 1',
    '1 image → 2 images',
  ]);
});
