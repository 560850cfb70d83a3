import { describe, expect, it } from 'vitest';
import { bestOf, choicesOf, criteriaOf } from '../../reports/table/decision.ts';
import { facetValues, filtered } from '../../reports/table/filter.ts';
import { tabulate } from '../../reports/table/table.ts';
import type { Outcome, Run } from '../../suites/record/record.ts';
import { syntheticRun } from './fixture.ts';
import { LATENCY, PLACED } from './results.ts';
import { runOf } from './runs.ts';

const cell = (backend: string, size = 224) => `latency:resnet18.live0:fp32:b1:${size}:${backend}`;
/** Rounds whose medians are these milliseconds. */
const timed = (times: readonly number[], status: 'ok' | 'wrong' = 'ok'): Outcome[] =>
  times.map((ms) => {
    const done = { placement: PLACED, result: { ...LATENCY, samples: [ms, ms, ms] } };
    return status === 'ok' ? { status, ...done } : { status, reason: 'off', ...done };
  });
const around = (ms: number, spread: number) => timed([1, 1 + spread, 1 - spread].map((part) => ms * part));
const standings = (run: Run) =>
  choicesOf(tabulate(run)).flatMap((choice) =>
    choice.standings.map(({ backend, size, rank, shared, unranked }) => [backend, size, rank ?? unranked, shared]),
  );

describe('the ranks of backends', () => {
  it('are shared where intervals overlap, also through a third', () => {
    const run = runOf({
      [cell('ort-web/wasm')]: around(40, 0.02),
      [cell('tfjs/wasm')]: around(41.5, 0.02),
      [cell('ort-web/webgpu')]: around(44.5, 0.02),
      [cell('tfjs/webgpu')]: around(90, 0.01),
      [cell('tfjs/webgl')]: around(20, 0.01),
    });
    const [choice] = choicesOf(tabulate(run));
    const [, fast, , slow] = choice?.standings.map(({ scores }) => scores.get('warm')?.interval) ?? [];
    expect(fast?.[1]).toBeLessThan(slow?.[0] ?? 0);
    expect(standings(run)).toEqual([
      ['tfjs/webgl', 224, 1, false],
      ['ort-web/wasm', 224, 2, true],
      ['tfjs/wasm', 224, 2, true],
      ['ort-web/webgpu', 224, 2, true],
      ['tfjs/webgpu', 224, 5, false],
    ]);
  });

  it('are of one host and size, of ok times with an interval', () => {
    const run = runOf({
      [cell('ort-node/cpu')]: around(10, 0.01),
      [cell('ort-web/wasm')]: around(40, 0.01),
      [cell('ort-web/webgl')]: timed([1, 1, 1, 1, 1], 'wrong'),
      [cell('tfjs/wasm')]: timed([2, 2]),
      [cell('tfjs/cpu', 64)]: around(100, 0.01),
    });
    expect(standings(run)).toEqual([
      ['ort-node/cpu', 224, 1, false],
      ['ort-web/wasm', 224, 1, false],
      ['ort-web/webgl', 224, 'not ok', false],
      ['tfjs/wasm', 224, 'no interval', false],
      ['tfjs/cpu', 64, 'alone at its size', false],
    ]);
    const [choice] = choicesOf(tabulate(run));
    if (choice === undefined) throw new Error('no choice');
    expect(bestOf(choice, 'node').map(({ backend }) => backend)).toEqual(['ort-node/cpu']);
    expect(bestOf(choice, 'browser').map(({ backend }) => backend)).toEqual(['ort-web/wasm']);
    expect(choice).toMatchObject({ label: 'resnet18.live0', sizes: [224, 64] });
  });

  it('leave out what cannot run, and the backends that test this project', () => {
    const run = runOf({
      [cell('ort-node/cpu')]: around(10, 0.01),
      [cell('ort-node/cuda')]: [{ status: 'unsupported', reason: 'no GPU' }],
      [cell('null')]: around(0.001, 0.01),
    });
    const [choice, ...more] = choicesOf(tabulate(run));
    expect(more).toEqual([]);
    expect(choice?.standings.map(({ backend }) => backend)).toEqual(['ort-node/cpu']);
    expect(choice?.without.map(({ backend, status }) => [backend, status])).toEqual([['ort-node/cuda', 'unsupported']]);
  });

  it('have a column for each criterion that any backend has', () => {
    const all = choicesOf(tabulate(syntheticRun()));
    expect(criteriaOf(all).map(({ id }) => id)).toEqual(['warm', 'cold', 'cached', 'peak', 'top1', 'error']);
    const [first] = all;
    const scores = first?.standings.find(({ backend }) => backend === 'ort-web/wasm')?.scores;
    expect([...(scores?.keys() ?? [])].sort()).toEqual(['cached', 'cold', 'error', 'peak', 'warm']);
  });
});

describe('a filter', () => {
  const table = tabulate(syntheticRun());

  it('keeps the rows with its values, and their sessions alone', () => {
    const some = filtered(table, { backend: 'ort-web/wasm', model: 'resnet50.seed0' });
    expect(some.backends).toEqual(['ort-web/wasm']);
    expect(some.rows.length).toBeGreaterThan(3);
    expect(some.rows.every(({ cell }) => cell.model === 'resnet50.seed0')).toBe(true);
    expect(some.sessions.flatMap(({ rows }) => rows)).toEqual(some.rows);
    expect(filtered(table, {})).toBe(table);
  });

  it('finds a text in ids and reasons', () => {
    expect(filtered(table, { text: 'LIBCUDA' }).backends).toEqual(['ort-node/cuda']);
    expect(filtered(table, { text: 'leak:' }).rows.every(({ cell }) => cell.suite === 'leak')).toBe(true);
    expect(filtered(table, { text: 'nothing has this' }).rows).toEqual([]);
  });

  it('offers the values that there are', () => {
    expect(facetValues(table, 'host')).toEqual(['node', 'browser']);
    expect(facetValues(table, 'status')).toEqual(expect.arrayContaining(['ok', 'wrong', 'crash', 'not run']));
  });
});
