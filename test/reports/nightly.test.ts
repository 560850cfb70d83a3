import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { renderJunit } from '../../reports/nightly/junit.ts';
import { renderNightMarkdown } from '../../reports/nightly/markdown.ts';
import { renderNightPage } from '../../reports/nightly/page.ts';
import { renderNight } from '../../reports/nightly/terminal.ts';
import type { NightReport, TrendPoint } from '../../suites/nightly/report.ts';
import { JUDGED, night, same } from '../suites/nightly/nights.ts';
import { HOSTILE } from './fixture.ts';

const id = `latency:resnet18.seed0:fp32:b1:64:${HOSTILE}`;
const points = Array.from({ length: 12 }, (_, i): TrendPoint => {
  const mark = i === 11 ? 'slower' : undefined;
  return { number: i + 1, date: `2026-01-${10 + i}`, ms: 10, level: 10, segment: i < 4 ? 'old' : 'new', mark };
});
const report: NightReport = {
  tonight: night(12, same, {
    commit: HOSTILE,
    cells: { [id]: { status: 'ok', reason: '', ms: 10, resolution: 0, place: '' } },
  }),
  judged: {
    ...JUDGED,
    found: [
      { id, verdict: 'slower', since: 12, ratio: 1.3, figures: '10 → 13 ms', detail: HOSTILE, causes: [HOSTILE] },
      { id: 'memory:x', verdict: 'lost', since: 11, ratio: null, figures: 'ok → not run', detail: '', causes: [] },
    ],
  },
  nights: 12,
  foreign: 0,
  trends: new Map([[id, points]]),
  changes: [{ id, before: 7, night: 8, ratio: 1.2, causes: ['node v20 → v22'] }],
  alarms: { pairs: 20, alarms: 1, interval: [0.01, 0.24], looked: 5, cleared: 4 },
  threshold: 0.03,
  notices: [HOSTILE],
};

describe('the reports of a night', () => {
  const page = renderNightPage(report);
  const { document } = parseHTML(page);

  it('draw a line for each segment, a rule where one begins, and a change point', () => {
    const svg = document.querySelector('svg[role=img]');
    const lines = [...(svg?.querySelectorAll('[data-part=line] path') ?? [])];
    expect(lines).toHaveLength(2);
    const rules = [...(svg?.querySelectorAll('[data-part=rule]') ?? [])].map(
      (one) => one.querySelectorAll('line').length,
    );
    expect(rules).toEqual([1, 1]);
    expect(svg?.textContent).toContain('×1.20');
  });

  it('keep hostile text as text', () => {
    expect(document.querySelectorAll('script')).toHaveLength(1);
    expect(document.querySelectorAll('img')).toHaveLength(0);
    // A code span shows its text as it is.
    expect(renderNightMarkdown(report).replaceAll(/`[^`]*`/g, '')).not.toMatch(/(?<!\\)<script/);
    const xml = renderJunit(report);
    expect(xml.match(/<[a-z]+/g)?.sort()).toEqual(['<failure', '<failure', '<testcase', '<testcase', '<testsuite']);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    expect(renderNight(report)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  it('say the same: what got worse, since when, why, and how often the gate is wrong', () => {
    for (const text of [renderNight(report), renderNightMarkdown(report), document.body.textContent ?? '']) {
      expect(text).toContain('Got worse: 1 lost, 1 slower.');
      expect(text).toContain('1 of 20 pairs of identical runs looked different');
      expect(text).toMatch(/since 2026-01-20; no version or commit changed then/);
    }
    expect(renderNight(report)).toContain('2026-01-17: ×1.200');
    expect(renderNightMarkdown(report)).toContain('between 2026-01-16');
  });
});
