import { describe, expect, it } from 'vitest';
import { impreciseRows, measured, problemsOf, rowOf, tabulate } from '../../reports/table/table.ts';
import type { Check } from '../../suites/record/check.ts';
import type { Placement } from '../../suites/record/placement.ts';
import type { Outcome, Record, Run } from '../../suites/record/record.ts';
import type { Result } from '../../suites/suites.ts';
import { emptyRun, syntheticRun } from './fixture.ts';
import { PASSED, WORK } from './results.ts';

const CPU: Placement = { device: 'cpu', proof: 'placement log', nodes: { cpu: 53 }, notes: [] };
const ok = (result: Result): Outcome => ({ status: 'ok', placement: CPU, result });
const clock = { step: 4e-5, granularity: 6e-5 };
const latency = (samples: number[], short = false): Result => {
  return { suite: 'latency', samples, batch: 1, clock, warmup: 4, short, work: WORK };
};

const ID = 'latency:resnet18.seed0:fp32:b1:64:ort-node/cpu';

/** A run of one cell, a round for each outcome. */
function runOf(id: string, outcomes: readonly Outcome[]): Run {
  const records = outcomes.map((outcome, round): Record => {
    return { kind: 'record', id, round, at: '2026-01-02T03:04:05.000Z', outcome };
  });
  return { ...emptyRun(), header: { ...emptyRun().header, plan: [id] }, records };
}
const rowFor = (id: string, outcomes: readonly Outcome[]) => tabulate(runOf(id, outcomes)).rows[0];
const suite = <S extends Result['suite']>(name: S, results: readonly Result[]) => {
  const figures = measured(rowFor(`${name}:m.t:fp32:b1:64:b/cpu`, results.map(ok)), name);
  if (figures === undefined) throw new Error('no figures');
  return figures;
};

describe('latency', () => {
  it('is the median of round medians, not of pooled samples', () => {
    // Medians 2, 10, 5: pooled, the median would be 3.
    const figures = suite('latency', [latency([1, 2, 3, 2, 1]), latency([10]), latency([5, 5])]);
    expect(figures.median).toBe(5);
    expect(figures.min).toBe(1);
    expect(figures.samples).toBe(8);
    // scipy.stats.t.interval(0.95, 2, mean, sem) of the logarithms of 2, 10 and 5: 0.62477 to 34.4836; and the clock.
    expect(figures.interval?.[0]).toBeCloseTo(0.62477, 4);
    expect(figures.interval?.[1]).toBeCloseTo(34.4836, 2);
    expect(figures.p90).toBeUndefined();
    expect(figures.few).toBe('8 samples');
    expect(figures.rounds).toEqual([[1, 2, 3, 2, 1], [10], [5, 5]]);
  });

  it('gives p90 and p99 of rounds that have enough samples, and no interval below 3 rounds', () => {
    const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
    const figures = suite('latency', [latency(upTo(29)), latency(upTo(31))]);
    // 90 % of the way from the first to the last: 1 + 0.9 × 28 and 1 + 0.9 × 30.
    expect(figures.p90?.median).toBeCloseTo((26.2 + 28) / 2, 12);
    expect(figures.p90?.interval).toBeUndefined();
    expect(figures.p99).toBeUndefined();
    expect(figures.interval).toBeUndefined();
    expect(figures.few).toBe('2 rounds');
    expect(suite('latency', [latency(upTo(28)), latency(upTo(31))]).p90).toBeUndefined();
    expect(suite('latency', [latency(upTo(299))]).p99?.median).toBeCloseTo(1 + 0.99 * 298, 12);
    expect(suite('latency', [latency(upTo(298))]).p99).toBeUndefined();
  });

  it('rests on enough data where the budget ended a round early and the others have samples', () => {
    const ten = Array.from({ length: 10 }, () => 1);
    expect(suite('latency', [latency(ten, true), latency(ten), latency(ten)]).few).toBeUndefined();
    expect(suite('latency', [latency([1], true), latency([1]), latency([1])]).few).toBe('3 samples');
  });
});

it('tells which latencies are not as precise as asked', () => {
  const times = [10, 10.1, 10.2].map((ms) => ok(latency([ms, ms, ms])));
  const asked = (within: number | null) => {
    const run = runOf(ID, times);
    return impreciseRows(tabulate({ ...run, header: { ...run.header, within } }));
  };
  // ±1 % of spread with two degrees of freedom: half of the interval is about 2.5 %.
  expect(asked(0.01)).toHaveLength(1);
  expect(asked(0.05)).toEqual([]);
  expect(asked(null)).toEqual([]);
});

it('memory is of the round with the highest peak, per process', () => {
  const process = (role: 'renderer' | 'gpu', baseline: number | null, peak: number | null) => {
    return { role, baseline, opened: 5, steady: 6, closed: 5, peak };
  };
  const figures = suite('memory', [
    {
      suite: 'memory',
      processes: [process('renderer', 10, 100), process('gpu', 4, 40)],
      tensors: 7,
      gpu: null,
      model: 3,
    },
    {
      suite: 'memory',
      processes: [process('renderer', 20, 90), process('gpu', 5, 50)],
      tensors: null,
      gpu: null,
      model: 3,
    },
  ]);
  expect(figures.processes.map((one) => [one.role, one.baseline, one.peak, one.growth])).toEqual([
    ['renderer', 10, 100, 90],
    ['gpu', 5, 50, 45],
  ]);
  expect(figures).toMatchObject({ peak: 150, tensors: 7, model: 3 });
  const untold = suite('memory', [
    { suite: 'memory', processes: [process('gpu', null, null)], tensors: null, gpu: null, model: 3 },
  ]);
  expect(untold).toMatchObject({ peak: null, tensors: null });
  expect(untold.processes[0]?.growth).toBeNull();
});

it('conformance keeps the worst check of each tensor', () => {
  const check = (tensor: string, ratio: number, nonfinite = 0): Check => {
    const [top1, top5] =
      tensor === 'logits'
        ? [
            { agree: 2, of: 3 },
            { agree: 1, of: 2 },
          ]
        : [null, null];
    return { ...PASSED, tensor, runs: 4, error: 0.25, scale: 8, allowed: 0.5, ratio, nonfinite, top1, top5 };
  };
  const figures = suite('conformance', [
    { suite: 'conformance', checks: [check('logits', 0.1), check('layer1', 0.4)], untapped: 'no room' },
    { suite: 'conformance', checks: [check('logits', 0.2)] },
  ]);
  expect(figures.checks.map((one) => [one.tensor, one.ratio, one.runs, one.margin])).toEqual([
    ['logits', 0.2, 8, 5],
    ['layer1', 0.4, 4, 2.5],
  ]);
  expect(figures.checks[0]).toMatchObject({ relative: 1 / 32, top1: { agree: 4, of: 6 }, top5: { agree: 2, of: 4 } });
  expect(figures.checks[1]).toMatchObject({ top1: null, top5: null });
  expect(figures.worst?.tensor).toBe('layer1');
  expect(figures.untapped).toBe('no room');
  const nan = suite('conformance', [{ suite: 'conformance', checks: [check('layer1', 9), check('logits', 0, 1)] }]);
  expect(nan.worst?.tensor).toBe('logits');
});

it('accuracy does not add up rounds that saw the same images', () => {
  const round = (images: number, top1: number): Result => {
    return { suite: 'accuracy', dataset: 'd', images, available: 100, top1, top5: images, differs: [] };
  };
  const figures = suite('accuracy', [round(100, 50), round(60, 10), round(100, 49)]);
  expect(figures).toMatchObject({ images: 100, top1: 49 });
  // Wilson for 49 of 100, from the formula: centre 0.490370, half-width 0.096160.
  expect(figures.top1Interval[0]).toBeCloseTo(0.39421, 4);
  expect(figures.top1Interval[1]).toBeCloseTo(0.58653, 4);
});

describe('status', () => {
  const result = latency([1]);
  const outcomes: { readonly [status: string]: Outcome } = {
    ok: ok(result),
    unsupported: { status: 'unsupported', reason: 'none', fix: 'install it' },
    fallback: { status: 'fallback', reason: 'elsewhere', placement: { ...CPU, device: 'wasm' }, result },
    suspect: { status: 'suspect', reason: 'beyond', placement: CPU, result },
    wrong: { status: 'wrong', reason: 'off', placement: CPU, result },
    timeout: { status: 'timeout', seconds: 9, phase: 'open' },
    crash: { status: 'crash', reason: 'died', phase: 'open' },
  };
  const order = Object.keys(outcomes);

  it('is the worst over rounds, in either order', () => {
    for (let good = 0; good < order.length; good++)
      for (let bad = good; bad < order.length; bad++) {
        const pair = [good, bad].map((i) => outcomes[order[i] ?? ''] as Outcome);
        expect(rowFor(ID, pair)?.status).toBe(order[bad]);
        expect(rowFor(ID, pair.reverse())?.status).toBe(order[bad]);
      }
  });

  it('names the worst reason first, and its fix', () => {
    const row = rowFor(ID, [outcomes.unsupported as Outcome, outcomes.crash as Outcome]);
    expect(row?.reasons.map((one) => [one.reason, one.fix])).toEqual([
      ['died (in phase open)', undefined],
      ['none', 'install it'],
    ]);
  });

  it('does not pool rounds of different devices', () => {
    const elsewhere: Outcome = { ...(outcomes.fallback as Outcome & { status: 'fallback' }), result: latency([50]) };
    const row = rowFor(ID, [ok(latency([1])), elsewhere, ok(latency([2]))]);
    expect(row?.leftOut).toBe(2);
    expect(measured(row, 'latency')?.median).toBe(50);
    expect(row?.placements.map((one) => one.device)).toEqual(['wasm', 'cpu']);
  });

  it('is not run for a cell of the plan without a record', () => {
    const row = rowFor(ID, []);
    expect(row).toMatchObject({ status: 'not run', rounds: 0, measure: undefined });
    expect(row?.reasons[0]?.reason).toContain('budget ended before its turn');
  });
});

it('keeps the order of the plan, and adds records outside it', () => {
  const run = syntheticRun();
  const stray = 'latency:resnet34.seed0:fp32:b1:64:stray/cpu';
  const [first] = run.records;
  const table = tabulate({ ...run, records: first ? [{ ...first, id: stray }, ...run.records] : [] });
  expect(table.rows.map((row) => row.id)).toEqual([...run.header.plan, stray]);
  expect(table.backends.slice(0, 2)).toEqual(['ort-node/cpu', 'ort-node/webgpu']);
  expect(table.subjects.map((one) => one.label).slice(0, 2)).toEqual([
    'resnet18.seed0 · 64×64',
    'resnet50.seed0 · 64×64',
  ]);
});

it('joins accuracy, whose batch is its own, to the session of the other suites', () => {
  const table = tabulate(syntheticRun());
  const session = table.sessions.find((one) => one.subject.model === 'resnet20.akamaster');
  expect(session && rowOf(session, 'accuracy')?.cell.batch).toBe(50);
  expect(session && rowOf(session, 'latency')?.cell.batch).toBe(1);
});

it('names ids that are not case ids and goes on', () => {
  const run = runOf(ID, [ok(latency([1]))]);
  const table = tabulate({ ...run, header: { ...run.header, plan: ['no id', ID] } });
  expect(table.unreadable).toEqual(['no id']);
  expect(table.rows).toHaveLength(1);
});

it('groups cells by reason, the worst first', () => {
  const problems = problemsOf(tabulate(syntheticRun()));
  expect(problems.map((one) => [one.status, one.rows.length])).toEqual([
    ['crash', 4],
    ['timeout', 4],
    ['wrong', 25],
    ['fallback', 31],
    ['unsupported', 31],
    ['not run', 20],
  ]);
});
