import { describe, expect, it } from 'vitest';
import { exitCodeOf, knownFailures } from '../../scripts/report.ts';
import { parseCell } from '../../suites/plan/cell.ts';
import { EXPECTATIONS, isNews } from '../../suites/plan/expectations.ts';
import { PROFILES } from '../../suites/plan/profiles.ts';
import { expand } from '../../suites/plan/query.ts';
import type { Outcome, Run } from '../../suites/record/record.ts';
import { emptyRun } from '../reports/fixture.ts';
import { WORK } from '../reports/results.ts';

const known = parseCell('latency:resnet18.seed0:fp32:b1:64:ort-web/webgl');
const other = parseCell('latency:resnet50.seed0:fp32:b1:64:ort-web/webgl');

describe('known failures', () => {
  it('are no news when they happen, and news when they do not', () => {
    expect(isNews(known, 'wrong')).toBe(false);
    // A visit may have no time to prove it.
    expect(isNews(known, 'suspect')).toBe(false);
    expect(isNews(known, 'ok')).toBe(true);
    expect(isNews(known, 'crash')).toBe(true);
    expect(isNews(known, 'unsupported')).toBe(false);
  });

  it('are none of a suite that compares no outputs', () => {
    const unjudged = parseCell('leak:resnet18.seed0:fp32:b1:64:ort-web/webgl');
    expect(isNews(unjudged, 'ok')).toBe(false);
    expect(isNews(unjudged, 'crash')).toBe(true);
  });

  it('hide nothing else', () => {
    const own = parseCell('latency:resnet18.user:fp32:b1:64:ort-web/webgl');
    expect(isNews(own, 'wrong')).toBe(true);
    expect(isNews(own, 'ok')).toBe(false);
    for (const status of ['wrong', 'suspect', 'crash', 'timeout', 'fallback'] as const)
      expect(isNews(other, status)).toBe(true);
    expect(isNews(other, 'ok')).toBe(false);
  });

  it('name cells that exist', () => {
    const [, full] = PROFILES;
    if (full === undefined) throw new Error('no profile');
    for (const { cells } of EXPECTATIONS) {
      const [suite, model, precision, batch, size, backend] = cells.map((field) => [field]) as [
        string[],
        string[],
        string[],
        string[],
        string[],
        string[],
      ];
      expect(expand([{ suite, model, precision, batch, size, backend }], full).length).toBeGreaterThan(0);
    }
  });

  it('decide the exit code, and are told', () => {
    const failure: Outcome = {
      status: 'wrong',
      reason: 'x',
      placement: { device: 'webgl', proof: '', nodes: {}, notes: [] },
      result: {
        suite: 'latency',
        samples: [1],
        batch: 1,
        clock: { step: 1e-4, granularity: 1e-4 },
        warmup: 1,
        short: true,
        work: WORK,
      },
    };
    const run = (id: string, outcome: Outcome): Run => ({
      ...emptyRun(),
      records: [{ kind: 'record', id, round: 0, at: '2026-01-01T00:00:00.000Z', outcome }],
    });
    const id = 'latency:resnet18.seed0:fp32:b1:64:ort-web/webgl';
    expect(exitCodeOf(run(id, failure))).toBe(0);
    expect(knownFailures(run(id, failure))[0]).toMatch(/^known: onnxruntime-web/);
    expect(exitCodeOf(run(id, { ...failure, status: 'ok' } as Outcome))).toBe(1);
    expect(knownFailures(run(id, { ...failure, status: 'ok' } as Outcome))[0]).toMatch(/^passes now/);
    expect(exitCodeOf(run('latency:resnet50.seed0:fp32:b1:64:ort-web/webgl', failure))).toBe(1);
  });
});
