import { parseHTML } from 'linkedom';
import { expect, it } from 'vitest';
import { renderCsv } from '../../reports/csv.ts';
import { renderTerminal } from '../../reports/terminal/terminal.ts';
import { exitCodeOf } from '../../scripts/report.ts';
import type { Outcome } from '../../suites/record/record.ts';
import { parseRun } from '../../suites/record/record.ts';
import { fullPage } from './full-page.ts';
import { PASSED } from './results.ts';
import { idOf, ok, runOf } from './runs.ts';

const [good, bad, doubtful] = ['latency', 'memory', 'conformance'].map((suite) => idOf(suite)) as [
  string,
  string,
  string,
];
const result = {
  suite: 'conformance',
  checks: [{ ...PASSED, error: 2, allowed: 0, ratio: Number.MAX_VALUE }],
} as const;
const passed = ok({ suite: 'conformance', checks: [PASSED] }) as Outcome & { status: 'ok' };
const run = runOf({
  [doubtful]: [
    { ...passed, status: 'suspect', reason: 'logits: beyond', result: { ...result, checks: [...result.checks] } },
  ],
  [good]: [passed],
  [bad]: [{ ...passed, status: 'wrong', reason: 'off' }],
});

it('counts a suspect cell apart from wrong ones and passes, in every report', () => {
  expect(renderTerminal(run, { color: false, width: 120 })).toMatch(/3 cells · 1 ok · 1 suspect · 1 wrong\n/);
  expect(renderTerminal(run, { color: true, width: 120 })).toContain('\u001b[35msuspect: logits: beyond');
  const { document } = parseHTML(fullPage(run));
  expect([...document.querySelectorAll('.verdict > *')].map((one) => one.textContent)).toEqual(
    expect.arrayContaining(['1 ok', '1 suspect', '1 wrong']),
  );
  expect(document.querySelector('.problem .s-suspect')?.getAttribute('data-sign')).toBe('?');
  const [head = '', ...lines] = renderCsv(run).split('\r\n');
  const status = head.split(',').indexOf('status');
  expect(lines.map((line) => line.split(',')[status]).filter((text) => text)).toEqual(['suspect', 'ok', 'wrong']);
});

it('fails a run with exit code 1', () => {
  expect(exitCodeOf(runOf({ [doubtful]: run.records.slice(0, 1).map(({ outcome }) => outcome) }))).toBe(1);
});

it('prints no ratio over a truth of 0, but the error', () => {
  expect(renderTerminal(run, { color: false, width: 120 })).toContain('2.0e+0/0');
  expect(fullPage(run)).not.toContain('&gt; 1e9');
});

it('is read back from a run file', () => {
  const lines = [run.header, ...run.records].map((line) => JSON.stringify(line));
  const read = parseRun(lines.join('\n'), 'run.jsonl');
  expect(read.damaged).toEqual([]);
  expect(read.records[0]?.outcome).toMatchObject({ status: 'suspect', reason: 'logits: beyond' });
});
