import { describe, expect, it } from 'vitest';
import { exitCodeOf, knownFailures } from '../../scripts/report.ts';
import { findBackend } from '../../suites/backends/backends.ts';
import { DEFECTS } from '../../suites/backends/defects.ts';
import { parseCell } from '../../suites/plan/cell.ts';
import { isNews } from '../../suites/plan/expectations.ts';
import { PROFILES } from '../../suites/plan/profiles.ts';
import { expand, parseQuery } from '../../suites/plan/query.ts';
import type { Outcome, Run, Status } from '../../suites/record/record.ts';
import { emptyRun } from '../reports/fixture.ts';
import { WORK } from '../reports/results.ts';

const known = parseCell('latency:resnet18.seed0:fp32:b1:64:ort-web/webgl');
const other = parseCell('latency:resnet50.seed0:fp32:b1:64:ort-web/webgl');
const SEEN = { 'onnxruntime-web': '1.30.0' };
const LATER = { 'onnxruntime-web': '1.31.0' };

describe('known failures', () => {
  it('are no news when they happen, and news when they do not', () => {
    expect(isNews(known, ['wrong'], SEEN)).toBe(false);
    // A visit may have no time to prove it.
    expect(isNews(known, ['suspect'], SEEN)).toBe(false);
    expect(isNews(known, ['ok'], SEEN)).toBe(true);
    expect(isNews(known, ['crash'], SEEN)).toBe(true);
    expect(isNews(known, ['unsupported'], SEEN)).toBe(false);
  });

  it('are judged only by what ran', () => {
    expect(isNews(known, ['partial'], SEEN)).toBe(false);
    expect(isNews(other, ['partial'], SEEN)).toBe(false);
  });

  it('are those of the versions in which they were seen', () => {
    expect(isNews(known, ['wrong'], LATER)).toBe(true);
    expect(isNews(known, ['ok'], LATER)).toBe(false);
    expect(isNews(known, ['wrong'], {})).toBe(true);
  });

  it('are none of a suite that compares no outputs', () => {
    const unjudged = parseCell('leak:resnet18.seed0:fp32:b1:64:ort-web/webgl');
    expect(isNews(unjudged, ['ok'], SEEN)).toBe(false);
    expect(isNews(unjudged, ['crash'], SEEN)).toBe(true);
    expect(isNews(unjudged, ['wrong'], SEEN)).toBe(true);
  });

  it('hide nothing else', () => {
    const own = parseCell('latency:resnet18.user:fp32:b1:64:ort-web/webgl');
    expect(isNews(own, ['wrong'], SEEN)).toBe(true);
    expect(isNews(own, ['ok'], SEEN)).toBe(false);
    for (const status of ['wrong', 'suspect', 'crash', 'timeout', 'fallback'] as const)
      expect(isNews(other, [status], SEEN)).toBe(true);
    expect(isNews(other, ['ok'], SEEN)).toBe(false);
  });

  it('name cells and backends that exist', () => {
    const [, full] = PROFILES;
    if (full === undefined) throw new Error('no profile');
    for (const { queries, backends } of DEFECTS)
      for (const backend of backends) {
        expect(findBackend(backend)?.packages).toHaveLength(1);
        for (const query of queries)
          expect(expand([parseQuery(`${query}:${backend}`)], full).length).toBeGreaterThan(0);
      }
  });
});

/** An outcome of a round that measured one call. */
function outcome(status: 'ok' | 'wrong' | 'partial'): Outcome {
  const clock = { step: 1e-4, granularity: 1e-4 };
  return {
    ...{ status, reason: 'x', placement: { device: 'webgl', proof: '', nodes: {}, notes: [] } },
    result: { suite: 'latency', samples: [1], batch: 1, clock, warmup: 1, short: true, work: WORK },
  };
}

/** A run of one cell, with one record for each round. */
function runOf(id: string, packages: Run['header']['environment']['packages'], ...rounds: readonly Outcome[]): Run {
  const empty = emptyRun();
  return {
    ...empty,
    header: { ...empty.header, environment: { ...empty.header.environment, packages } },
    records: rounds.map((one, round) => ({ kind: 'record', id, round, at: '2026-01-01T00:00:00.000Z', outcome: one })),
  };
}

describe('what a run says of known failures', () => {
  const id = 'latency:resnet18.seed0:fp32:b1:64:ort-web/webgl';
  it.each<readonly [string, readonly Status[], typeof SEEN | typeof LATER, 0 | 1, RegExp | undefined]>([
    ['one that happens', ['wrong'], SEEN, 0, /^known: onnxruntime-web 1\.30\.0 runs a convolution.*\(not reported\)$/],
    ['one that passes', ['ok'], SEEN, 1, /^passes now/],
    ['one of which a part ran', ['partial'], SEEN, 0, undefined],
    ['one of which a part ran in one round', ['ok', 'partial'], SEEN, 0, undefined],
    ['one that happens in one round', ['wrong', 'ok'], SEEN, 0, /^known: /],
    ['one in another version', ['wrong'], LATER, 1, /^may be known, but was seen in 1\.30\.0 only/],
    ['one that is mended in another version', ['ok'], LATER, 0, undefined],
  ])('%s', (_, statuses, packages, code, line) => {
    const run = runOf(id, packages, ...statuses.map((status) => outcome(status as 'ok' | 'wrong' | 'partial')));
    expect(exitCodeOf(run)).toBe(code);
    const lines = knownFailures(run);
    expect(lines).toHaveLength(line === undefined ? 0 : 1);
    if (line !== undefined) expect(lines[0]).toMatch(line);
  });

  it('hides no failure of another cell', () => {
    expect(exitCodeOf(runOf('latency:resnet50.seed0:fp32:b1:64:ort-web/webgl', SEEN, outcome('wrong')))).toBe(1);
  });
});

describe('the models of the default run', () => {
  it('have the known failures of their architecture, whatever their weights', () => {
    for (const tag of ['live0', 'seed0']) {
      const cell = parseCell(`conformance:resnet18.${tag}:fp32:b1:64:ort-web/webgl`);
      expect([isNews(cell, ['wrong'], SEEN), isNews(cell, ['ok'], SEEN)]).toEqual([false, true]);
    }
  });
});
