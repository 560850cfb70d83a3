import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { encodeFloats } from '../../reference/float32.ts';
import {
  against,
  agreementsOf,
  apart,
  type BackendAgreement,
  identities,
  standings,
  widest,
} from '../../reports/table/agreement.ts';
import { tabulate } from '../../reports/table/table.ts';
import { renderTerminal } from '../../reports/terminal/terminal.ts';
import type { Placement } from '../../suites/record/placement.ts';
import type { Outcome, Record, Run } from '../../suites/record/record.ts';
import { emptyRun, syntheticRun } from './fixture.ts';
import { fullPage } from './full-page.ts';
import { PASSED } from './results.ts';

const placement: Placement = { device: 'cpu', proof: 'placement log', nodes: { cpu: 1 }, notes: [] };
const CASE = 'conformance:resnet18.seed0:fp32:b1:64';

/** A run of one case: a record for each backend with its logits, which may each differ by 0.1. */
function runOf(outputs: { [backend: string]: number[] }, wrong: readonly string[]): Run {
  const records = Object.entries(outputs).map(([backend, values]): Record => {
    const logits = { values: encodeFloats(values), allowed: encodeFloats(values.map(() => 0.1)) };
    const result = { suite: 'conformance' as const, checks: [PASSED], logits };
    const outcome: Outcome = wrong.includes(backend)
      ? { status: 'wrong', reason: 'off', placement, result }
      : { status: 'ok', placement, result };
    return { kind: 'record', id: `${CASE}:${backend}`, round: 0, at: '2026-01-02T03:04:05.000Z', outcome };
  });
  return { ...emptyRun(), header: { ...emptyRun().header, plan: records.map(({ id }) => id) }, records };
}

function agreementOf(outputs: { [backend: string]: number[] }, wrong: readonly string[]): BackendAgreement {
  const [agreement] = agreementsOf(tabulate(runOf(outputs, wrong)));
  if (agreement === undefined) throw new Error('no agreement');
  return agreement;
}

describe('the distance of two outputs', () => {
  const of = (values: number[], allowed: number[]) => ({
    values: Float32Array.from(values),
    allowed: Float32Array.from(allowed),
  });

  it('is the largest difference in sums of both bounds', () => {
    expect(apart(of([1, 2], [0.5, 1]), of([1.5, 0], [0.5, 3]))).toBeCloseTo(0.5, 6);
  });

  it('takes equal special values for equal, and any others for infinitely far', () => {
    const bounds = [1, 1];
    expect(apart(of([Number.NaN, Infinity], bounds), of([Number.NaN, Infinity], bounds))).toBe(0);
    expect(apart(of([0, -0], bounds), of([-0, 0], bounds))).toBe(0);
    for (const other of [Number.NaN, -Infinity, 3])
      expect(apart(of([Infinity, 0], bounds), of([other, 0], bounds))).toBe(Infinity);
    expect(apart(of([1], [1]), of([1, 1], [1, 1]))).toBe(Infinity);
  });

  it('is at most 1 between two that are each within their bound, whatever the truth', () => {
    // The two ends of a bound of 0.25 around 1.
    expect(apart(of([0.75], [0.25]), of([1.25], [0.25]))).toBe(1);
  });

  it('is beyond 1 where a bound is infinite, which allows nothing', () => {
    expect(apart(of([1], [Infinity]), of([1.0000001], [Infinity]))).toBeGreaterThan(1);
    expect(apart(of([1], [Infinity]), of([1], [Infinity]))).toBe(0);
  });
});

describe('a agreement', () => {
  it('finds who is identical, and against how many a wrong one stands', () => {
    const agreement = agreementOf({ 'a/cpu': [1, 2], 'b/cpu': [1, 2], 'c/cpu': [1.1, 2], 'd/cpu': [1, 5] }, ['d/cpu']);
    expect(agreement.identical).toEqual([[0, 1]]);
    expect(agreement.members.map((_, i) => against(agreement, i))).toEqual([1, 1, 1, 3]);
    expect(standings(agreement)).toEqual(['d/cpu stands alone against 3']);
    expect(identities(agreement)).toBe('2 of 4 outputs are bit-identical: a/cpu = b/cpu');
    expect(widest(agreement)).toBeCloseTo(0.5, 6);
  });

  it('tells a zero’s sign apart in bits, but not in value', () => {
    const agreement = agreementOf({ 'a/cpu': [0], 'b/cpu': [-0] }, []);
    expect(identities(agreement)).toBe('no two of 2 outputs are bit-identical');
    expect(agreement.distances).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('does not say alone of two wrong ones, nor against of one that is wrong elsewhere', () => {
    const agreement = agreementOf({ 'a/cpu': [1], 'b/cpu': [9], 'c/cpu': [9], 'd/cpu': [1.01] }, [
      'b/cpu',
      'c/cpu',
      'd/cpu',
    ]);
    expect(standings(agreement)).toEqual([
      'b/cpu stands against 2 of 3',
      'c/cpu stands against 2 of 3',
      'd/cpu stands against 2 of 3',
    ]);
    expect(standings(agreementOf({ 'a/cpu': [1], 'b/cpu': [1] }, ['b/cpu']))).toEqual([
      'b/cpu, wrong elsewhere, stands against none of 1 here',
    ]);
  });

  it('takes two outputs, of one case', () => {
    expect(agreementsOf(tabulate(runOf({ 'a/cpu': [1] }, [])))).toEqual([]);
    const run = syntheticRun();
    const agreements = agreementsOf(tabulate(run));
    expect(agreements.map(({ subject }) => subject.label)).toHaveLength(6);
    for (const { members } of agreements) expect(new Set(members.map((one) => one.backend)).size).toBe(members.length);
  });
});

describe('reports of agreements', () => {
  it('give a line to each case in the terminal, what is wrong first', () => {
    const lines = renderTerminal(syntheticRun(), { color: false, width: 100 }).split('\n');
    const told = lines.filter((line) => line.includes('bit-identical'));
    expect(told).toHaveLength(6);
    expect(told[0]).toMatch(/^ {2}ort-web\/webgl stands alone against 11; 5 of 12 outputs are bit-identical: ort-web/);
    expect(told[3]).toMatch(/^ {2}\d of 12 outputs/);
  });

  it('give a table to each case in the page, whose heads name every backend', () => {
    const { document } = parseHTML(fullPage(syntheticRun()));
    const tables = [...document.querySelectorAll('table.agreement')];
    expect(tables).toHaveLength(6);
    const [table] = tables;
    const members = table?.querySelectorAll('tbody tr') ?? [];
    expect(members).toHaveLength(12);
    expect(table?.querySelectorAll('thead abbr')).toHaveLength(12);
    expect([...members].map((row) => row.querySelectorAll('td').length)).toEqual(new Array(12).fill(14));
    const wrong = [...members].find((row) => row.querySelector('th')?.textContent?.includes('ort-web/webgl'));
    expect(wrong?.querySelectorAll('td .s-wrong')).toHaveLength(12);
    expect(table?.querySelectorAll('abbr[title="bit-identical"]')).toHaveLength(2 + 6);
    expect(table?.closest('figure')?.textContent).toContain('ort-web/webgl stands alone against 11');
  });
});
