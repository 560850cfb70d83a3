import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { badgeOf, renderBadge } from '../../reports/badge.ts';
import { markdownSummary } from '../../reports/markdown-summary.ts';
import { tabulate } from '../../reports/table/table.ts';
import type { Outcome } from '../../suites/record/record.ts';
import { emptyRun, HOSTILE, syntheticRun } from './fixture.ts';
import { LATENCY, PLACED } from './results.ts';
import { runOf } from './runs.ts';

const cell = (backend: string, model = 'resnet50.live0') => `latency:${model}:fp32:b1:224:${backend}`;
const timed = (ms: number, status: 'ok' | 'wrong' = 'ok'): Outcome[] =>
  [1, 1.01, 0.99].map((part) => {
    const done = { placement: PLACED, result: { ...LATENCY, samples: [ms * part] } };
    return status === 'ok' ? { status, ...done } : { status, reason: 'off', ...done };
  });
const table = tabulate(
  runOf({
    [cell('ort-node/cpu')]: timed(18.7),
    [cell('ort-web/wasm')]: timed(130),
    [cell('tfjs/wasm')]: timed(187),
    [cell('ort-web/webgl')]: timed(1, 'wrong'),
    [cell('tfjs/cpu')]: timed(600).slice(0, 1),
  }),
);

describe('a badge', () => {
  it('is of the fastest right backend, in a browser where one is ranked', () => {
    expect(badgeOf(table, '*')).toMatchObject({ label: 'ResNet-50', message: 'ort-web/wasm 130 ms · right' });
  });

  it('is of what a pattern of cell ids chooses, and says where that is wrong, or timed in few rounds', () => {
    const of = (pattern: string) => badgeOf(table, pattern)?.message;
    expect(of('*:ort-node/*')).toBe('ort-node/cpu 18.7 ms · right');
    expect(of(cell('ort-web/webgl'))).toBe('ort-web/webgl 1.00 ms · wrong');
    expect(of('*:tfjs/cpu')).toBe('tfjs/cpu 600 ms (few rounds) · right');
    expect(of('*:resnet18*')).toBeUndefined();
  });

  it('is an image with a name, whose texts are inert', () => {
    const badge = { label: HOSTILE, message: '<b>&"', title: HOSTILE, status: 'ok' as const };
    const { document } = parseHTML(renderBadge(badge));
    const svg = document.querySelector('svg');
    expect(document.querySelectorAll('script, b')).toHaveLength(0);
    expect(svg?.getAttribute('role')).toBe('img');
    expect(svg?.getAttribute('aria-label')).toBe(HOSTILE.replace('\u001b', '\ufffd'));
    expect([...(svg?.querySelectorAll('text') ?? [])].map((one) => one.textContent)).toContain('<b>&"');
  });
});

describe('the table for a README', () => {
  it('has every backend with a figure by rank, with what decides', () => {
    const lines = markdownSummary(table).split('\n');
    expect(lines.slice(0, 3)).toEqual([
      '**resnet50.live0 · 224×224**',
      '',
      '| Host | Rank | Backend | Status | Warm latency (ms) |',
    ]);
    expect(lines.slice(4, 9).map((line) => line.split(' | ').slice(1, 4))).toEqual([
      ['1', 'ort-node/cpu', 'ok'],
      ['1', 'ort-web/wasm', 'ok'],
      ['2', 'tfjs/wasm', 'ok'],
      ['–', 'ort-web/webgl', 'wrong'],
      ['undecided', 'tfjs/cpu', 'ok'],
    ]);
  });

  it('has columns of one number in all rows, and inert text', () => {
    const text = markdownSummary(tabulate(syntheticRun()));
    const widths = new Map<number, number>();
    for (const line of text.split('\n').filter((one) => one.startsWith('|')))
      widths.set(line.split('|').length, (widths.get(line.split('|').length) ?? 0) + 1);
    expect(widths.size).toBeLessThanOrEqual(2);
    expect(text).not.toMatch(/(?<!\\)<|(?!\n)\p{Cc}/u);
    expect(markdownSummary(tabulate(emptyRun()))).toBe('No backend has a figure.\n');
  });
});
