import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { compare } from '../../reports/compare/compare.ts';
import { comparisonData } from '../../reports/compare/comparison-data.ts';
import { conclude } from '../../reports/compare/conclusion.ts';
import { pageHeader } from '../../reports/html/answer/header.ts';
import { html } from '../../reports/html/kit/markup.ts';
import { comparison as section } from '../../reports/html/sections/comparison.ts';
import { renderMarkdown } from '../../reports/markdown.ts';
import { tabulate } from '../../reports/table/table.ts';
import { renderComparison } from '../../reports/terminal/comparison.ts';
import type { Check } from '../../suites/record/check.ts';
import type { Outcome, Run } from '../../suites/record/record.ts';
import { HOSTILE, syntheticRun } from './fixture.ts';
import { PASSED } from './results.ts';
import { ID, idOf, latency, ok, one, runOf, verdicts } from './runs.ts';

describe('status', () => {
  const fine = latency(10);
  const [first] = fine as [Outcome & { status: 'ok' }];
  const wrong: Outcome = { ...first, status: 'wrong', reason: 'logits: off' };
  const suspect: Outcome = { ...first, status: 'suspect', reason: 'logits: beyond' };
  const crash: Outcome = { status: 'crash', reason: 'died', phase: 'open' };
  const unsupported: Outcome = { status: 'unsupported', reason: 'no GPU' };

  it.each([
    ['broken', fine, [wrong], true],
    ['lost', fine, [unsupported], true],
    ['lost', fine, [], true],
    ['lost', [{ ...first, status: 'partial', reason: '1 of 2' }], [], true],
    ['lost', [{ ...first, status: 'partial', reason: '1 of 2' }], [unsupported], true],
    ['broken', [unsupported], [crash], true],
    ['mended', [wrong], fine, false],
    ['new', [unsupported], fine, false],
    ['other failure', [wrong], [crash], false],
    ['same', [wrong], [wrong], false],
    ['suspect', fine, [suspect], true],
    ['suspect', [unsupported], [suspect], true],
    ['mended', [suspect], fine, false],
    ['broken', [suspect], [wrong], true],
    ['broken', [suspect], [crash], true],
    ['vanished', [suspect], [unsupported], false],
    ['vanished', [wrong], [], false],
    ['other failure', [wrong], [suspect], false],
    ['same', [suspect], [suspect], false],
    ['new', [], fine, false],
    ['new failure', [], [wrong], false],
    ['same', [], [unsupported], false],
  ] as const)('is %s', (verdict, base, head, regressed) => {
    expect(one(ID, base, head)).toMatchObject({ verdict, regressed });
  });

  it('tells what is new and what is lost', () => {
    const other = ID.replace('cpu', 'webgpu');
    const comparison = compare(runOf({ [ID]: fine }), runOf({ [other]: fine }), 0.03);
    expect(verdicts(comparison)).toEqual({ [ID]: 'lost', [other]: 'new' });
    expect(conclude(comparison).regressed).toBe(true);
  });
});

describe('other suites', () => {
  const MIB = 2 ** 20;
  const memory = (peaks: readonly number[]): Outcome[] =>
    peaks.map((peak) =>
      ok({
        suite: 'memory',
        processes: [{ role: 'process', baseline: 1, opened: 1, steady: 1, closed: 1, peak: peak * MIB }],
        tensors: null,
        gpu: null,
        model: 1,
      }),
    );
  it.each([
    ['more memory', [100, 101, 99], [120, 121, 119]],
    ['less memory', [100, 101, 99], [80, 81, 82]],
    ['same', [100, 101, 99], [103, 104, 102]],
    ['same', [10, 10, 10], [13, 13, 13]],
    ['unsure', [100, 130, 99], [120, 121, 119]],
    ['unsure', [100], [120]],
  ] as const)('memory: %s', (verdict, base, head) => {
    expect(one(idOf('memory'), memory(base), memory(head))).toMatchObject({ verdict, regressed: false });
  });

  const accuracy = (images: number, top1: number): Outcome[] => [
    ok({ suite: 'accuracy', dataset: 'd', images, available: 1000, top1, top5: images, differs: [] }),
  ];
  it.each([
    ['less accurate', 918, 1000, 917, true],
    ['more accurate', 918, 1000, 919, false],
    ['same', 918, 1000, 918, false],
    ['less covered', 918, 900, 700, true],
  ] as const)('accuracy: %s', (verdict, top1, images, after, regressed) => {
    expect(one(idOf('accuracy'), accuracy(1000, top1), accuracy(images, after))).toMatchObject({ verdict, regressed });
  });

  const conformance = (ratio: number): Outcome[] => {
    const check: Check = { ...PASSED, ratio };
    return [ok({ suite: 'conformance', checks: [check] })];
  };
  it.each([
    ['larger error', 0.03, 0.3],
    ['smaller error', 0.3, 0.03],
    ['same', 0.03, 0.05],
    ['same', 1e-5, 1e-3],
  ] as const)('conformance: %s', (verdict, base, head) => {
    expect(one(idOf('conformance'), conformance(base), conformance(head))).toMatchObject({ verdict, regressed: false });
  });
});

describe('the reports of a comparison', () => {
  const base = syntheticRun();
  const slowed = JSON.parse(JSON.stringify(base), (key, value) =>
    key === 'samples' && Array.isArray(value) ? value.map((time: number) => 2 * time) : value,
  ) as Run;
  const comparison = compare(base, slowed, 0.03);

  it('tells every regression in the terminal, within its width', () => {
    for (const width of [60, 100]) {
      const text = renderComparison(comparison, { color: false, width });
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
      expect(text).toContain('Regressed');
      expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
    }
    const text = renderComparison(comparison, { color: false, width: 160 });
    for (const { id, verdict } of comparison.changes) if (verdict === 'slower') expect(text).toContain(id);
    expect(renderComparison(compare(base, base, 0.03), { color: false, width: 100 })).toContain('No regressions.');
  });

  it('writes Markdown whose tables hold, whatever a run says', () => {
    const text = renderMarkdown(comparison);
    expect(text).toMatch(/^## Regressed/);
    for (const line of text.split('\n').filter((one) => one.startsWith('|')))
      expect(line.replaceAll('\\|', '').split('|')).toHaveLength(6);
    const hostile = { ...slowed, header: { ...slowed.header, commit: HOSTILE } };
    expect(renderMarkdown(compare(base, hostile, 0.03))).not.toContain('<script>');
  });

  it('is a section of the page where there is a baseline', () => {
    const page = { table: tabulate(slowed), palette: () => 'red' };
    const content = html`${section.render(page, comparison)}${pageHeader(page, comparison)}`;
    const { document } = parseHTML(`<!doctype html><html><body>${content.markup}</body></html>`);
    expect(document.querySelector('p')?.textContent).toContain('Regressed');
    expect(document.querySelectorAll('tbody tr').length).toBe(comparison.changes.length + comparison.backends.length);
    expect(document.querySelector('header .since')?.textContent).toContain('Regressed');
    expect([section.has(page, comparison), section.has(page, undefined)]).toEqual([true, false]);
  });

  it('is data for programs', () => {
    const data = JSON.parse(JSON.stringify(comparisonData(comparison)));
    expect(data).toMatchObject({
      regressed: true,
      exit_code: 1,
      thresholds: { node: 0.03 },
      false_rates: { main: 0.004 },
    });
    expect(data.changes).toHaveLength(comparison.changes.length);
  });
});
