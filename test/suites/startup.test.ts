import { describe, expect, it } from 'vitest';
import { findBackend } from '../../suites/backends/backends.ts';
import type { Fetched, Observed } from '../../suites/contract/backend.ts';
import type { Opened } from '../../suites/contract/open.ts';
import { judgeVisit } from '../../suites/engine/judge.ts';
import type { Compiled } from '../../suites/record/compiled.ts';
import type { SecondStart } from '../../suites/startup/schema.ts';
import { covered, startupOf } from '../../suites/startup/start.ts';
import { noSecondPage, warmOf } from '../../suites/startup/warm.ts';
import { PASSED, start, started } from '../reports/results.ts';
import { CPU } from '../reports/runs.ts';

const row = findBackend('ort-node/cpu');
if (row === undefined) throw new Error('no row');

const file = (path: string, from: number, end: number, cached = false): Fetched => {
  return { path, start: from, end, bytes: 10, cached };
};
const compiled = (pipelines: number, pending: number): Compiled => {
  return { shaders: 0, pipelines, asynchronous: pipelines, pending };
};
const observed = (fetched: Fetched[], pipelines: number, pending: number): Observed => {
  return { fetched, compiled: compiled(pipelines, pending) };
};

/** Loaded at 100, ready at 130, opened from 140 to 200. */
const opened = (loaded: number | undefined, before: Observed | null, after: Observed | null): Opened => ({
  backend: { open: () => Promise.reject() },
  session: {} as Opened['session'],
  at: { start: 50, loaded, ready: 130, open: 140, opened: 200 },
  before,
  after,
});

describe('the parts of a start-up', () => {
  const own = [file('/work/m/model.json', 145, 150), file('/work/m/weights.bin', 148, 160)];
  const others = [file('/truth/t.bin', 10, 20), file('/bundle/a.js', 60, 70, true), file('/packages/x.wasm', 141, 190)];
  const all = [...others, ...own];
  const calls = { first: 9, second: 4, afterFirst: observed(all, 5, 8), afterSecond: observed(all, 5, 8) };

  it('add up to the time until the first answer, what the harness did between them left out', () => {
    const seen = observed(others, 1, 0);
    const result = startupOf(opened(100, seen, seen), calls, observed(all, 6, 8), '/work/m/model.json');
    // The model's files were under way from 145 to 160; the truth is the harness's own, fetched before.
    expect(result).toMatchObject({ module: 50, device: 30, read: 15, session: 45, first: 9, second: 4 });
    expect(result.bytes).toEqual({ network: 30, cache: 10 });
    expect(result.compiled).toEqual({
      ...{ open: compiled(0, 0), first: compiled(4, 8), second: compiled(0, 0), later: compiled(1, 0) },
    });
  });

  it('are null where nothing tells', () => {
    const none = { ...calls, afterFirst: null, afterSecond: null };
    const result = startupOf(opened(undefined, null, null), none, null, '/work/m/model.onnx');
    expect(result).toMatchObject({ module: 80, device: null, read: null, session: 60, bytes: null, compiled: null });
  });

  it('count time once where files overlap', () => {
    expect(covered([])).toBe(0);
    expect(covered([file('b', 5, 9), file('a', 1, 6), file('c', 2, 3), file('d', 20, 21)])).toBe(9);
  });
});

describe('a second page', () => {
  it('is opened where the budget allows it', () => {
    // Four parts of 10 ms, the second call among them.
    expect(noSecondPage(start(10), { round: 0, budgetMs: 200 }, 100)).toBeUndefined();
    expect(noSecondPage(start(10), { round: 0, budgetMs: 150 }, 0)).toContain('more than 25 %');
    expect(noSecondPage(start(10), { round: 0, budgetMs: 200 }, 170)).toContain('would have exceeded the budget');
    expect(noSecondPage(start(10), { round: 1, budgetMs: 200 }, 100)).toBe('only the first round has one');
  });

  it('gives the parts, and what its answers were', () => {
    const answer: SecondStart = { suite: 'startup', ...start(1), module: 3, check: PASSED };
    expect(warmOf({ answer })).toEqual({ ...start(1), module: 3, check: PASSED });
    expect(warmOf({ reason: 'lost' })).toEqual({ reason: 'lost' });
  });

  it('makes its own cell suspect where its answers are', () => {
    const judged = (ratio: number) => {
      const warm = { ...start(1), check: { ...PASSED, ratio } };
      const results = [{ ...started({}), warm }];
      return judgeVisit(row, ['startup'], { placement: CPU, results }).get('startup');
    };
    expect(judged(0.5)?.status).toBe('ok');
    expect(judged(2)).toMatchObject({
      status: 'suspect',
      reason: expect.stringMatching(/^in the second page, logits: /),
    });
  });
});
