import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { historyPart } from '../../reports/html/cell/history.ts';
import { renderHtml } from '../../reports/html/html.ts';
import type { Markup } from '../../reports/html/kit/markup.ts';
import { nightHeader, reportedPart } from '../../reports/nightly/answer.ts';
import { nightCellView } from '../../reports/nightly/cell.ts';
import { filteredCells, nightCells, nightValues, reportOfCells } from '../../reports/nightly/cells.ts';
import { renderJunit } from '../../reports/nightly/junit.ts';
import { renderNightMarkdown } from '../../reports/nightly/markdown.ts';
import { packTrends, unpackTrends } from '../../reports/nightly/packed.ts';
import { renderNightPage } from '../../reports/nightly/page.ts';
import { type NightPage, nightSection, nightSections } from '../../reports/nightly/sections.ts';
import { renderNight } from '../../reports/nightly/terminal.ts';
import { PANEL, trendChart, trendKey } from '../../reports/nightly/trend.ts';
import { tabulate } from '../../reports/table/table.ts';
import type { NightReport, TrendPoint } from '../../suites/nightly/report.ts';
import { CELL, IDS, JUDGED, night, same } from '../suites/nightly/nights.ts';
import { HOSTILE } from './fixture.ts';
import { ID, latency, runOf } from './runs.ts';

const id = `latency:resnet18.seed0:fp32:b1:64:${HOSTILE}`;
const pointsOf = (slow: boolean) =>
  Array.from({ length: 12 }, (_, i): TrendPoint => {
    const mark = slow && i === 11 ? 'slower' : undefined;
    const ms = i === 4 ? 12 : 10;
    return { number: i + 1, date: `2026-01-${10 + i}`, ms, level: 10, segment: i < 4 ? 'old' : 'new', mark };
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
  trends: new Map([[id, pointsOf(true)], ...IDS.map((one) => [one, pointsOf(false)] as const)]),
  changes: [{ id, before: 7, night: 8, ratio: 1.2, causes: ['node v20 → v22'] }],
  accepted: [{ id, since: 8, until: 9, status: null, reason: HOSTILE, at: '2026-01-20T08:00:00.000Z' }],
  alarms: { pairs: 20, alarms: 1, interval: [0.01, 0.24], looked: 5, cleared: 4 },
  threshold: 0.03,
  notices: [HOSTILE],
};
const read = (part: Markup) => parseHTML(`<!doctype html><html><body>${part.markup}</body></html>`).document.body;
const pageOf = (of: NightReport): NightPage => ({ report: of, cells: nightCells(of), palette: () => 'red' });

describe('the reports of a night', () => {
  const page = renderNightPage(report, 'run.html');
  const { document } = parseHTML(page);

  it('keep hostile text as text', () => {
    expect(document.querySelectorAll('script')).toHaveLength(2);
    expect(document.querySelectorAll('img')).toHaveLength(0);
    for (const part of [
      nightSections(pageOf(report), new Set()),
      nightSection(pageOf(report), 'accepted'),
      nightCellView(pageOf(report), id, '', 'run.html'),
    ])
      expect(read(part).querySelectorAll('script, img')).toHaveLength(0);
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

describe('the trend of a cell', () => {
  const svg = read(trendChart(id, report, { ...PANEL, colour: 'red' })).querySelector('svg[role=img]');
  const counts = (part: string, of: string) =>
    [...(svg?.querySelectorAll(`[data-part=${part}]`) ?? [])].map((one) => one.querySelectorAll(of).length);

  it('has a line for each segment, a rule where one begins, at a change point and at an accepted change', () => {
    expect(counts('line', 'path')).toEqual([2]);
    expect(counts('rule', 'line')).toEqual([1, 1, 1]);
    expect(svg?.textContent).toContain('×1.20');
    expect(svg?.textContent).toContain('accepted');
  });

  it('has a legend of the signs that are drawn, and of no others', () => {
    const all = read(trendKey([id], report)).textContent ?? '';
    for (const text of ['reported slower', 'change point', 'is accepted', 'new segment', 'whole machine was slow'])
      expect(all).toContain(text);
    expect(all).not.toContain('not confirmed');
    const quiet = { trends: new Map([[CELL, pointsOf(false).slice(5)]]), changes: [], accepted: [] };
    expect(read(trendKey([CELL], quiet)).textContent).toBe('a night, without what all cells of it share');
  });

  it('is drawn until the last night of any cell, so that one that ended before is seen', () => {
    const ended = { ...report, trends: new Map([...report.trends, [CELL, pointsOf(false).slice(0, 6)] as const]) };
    const places = (of: string) =>
      [...read(trendChart(of, ended, { ...PANEL, colour: 'red' })).querySelectorAll('circle')].map((one) =>
        Number(one.getAttribute('cx')),
      );
    expect(Math.max(...places(CELL))).toBeLessThan(0.6 * Math.max(...places(IDS[1] ?? '')));
  });
});

describe('packed trends', () => {
  it('are read as they were, gaps, segments and marks included', () => {
    const gaps = pointsOf(true).filter((_, i) => i > 1 && i !== 6);
    const trends = new Map([...report.trends, ['__proto__', gaps] as const]);
    const back = unpackTrends(JSON.parse(JSON.stringify(packTrends(trends, Number.MAX_SAFE_INTEGER))));
    expect([...back.keys()]).toEqual([...trends.keys()]);
    for (const [one, points] of trends) expect(back.get(one)).toEqual(points);
  });

  it('keep the last nights, where fewer are asked for', () => {
    const back = unpackTrends(
      packTrends(
        new Map([
          ['a', pointsOf(true)],
          ['b', pointsOf(false).slice(0, 3)],
        ]),
        4,
      ),
    );
    expect(back.get('a')?.map(({ number }) => number)).toEqual([9, 10, 11, 12]);
    expect(back.get('a')?.map(({ segment }) => segment)).toEqual(Array(4).fill('new'));
    expect(back.has('b')).toBe(false);
  });
});

describe('the page of a night', () => {
  it('names in its header all that got worse, each with the way to its trend', () => {
    const items = [...read(nightHeader(report)).querySelectorAll('.since li')];
    expect(items.map((one) => one.querySelector('.s')?.textContent)).toEqual(['lost', 'slower']);
    expect(items[1]?.querySelector('a')?.getAttribute('href')).toBe(`#cell=${encodeURIComponent(id)}`);
    expect(items[1]?.textContent).toContain('×1.300 · 10 → 13 ms');
  });

  it('lets many cells of one backend, night and cause share a line', () => {
    const found = Array.from({ length: 30 }, (_, i) => ({
      ...{ id: `latency:resnet${i}.seed0:fp32:b1:64:ort-web/wasm`, verdict: 'slower' as const, since: 12 },
      ...{ ratio: 1.2 + i / 100, figures: `${i}`, detail: '', causes: ['node v20 → v22'] },
    }));
    const items = read(nightHeader({ ...report, judged: { ...JUDGED, found } })).querySelectorAll('.since li');
    expect(items).toHaveLength(1);
    expect(items[0]?.textContent).toMatch(/30 cells on ort-web\/wasm: ×1\.20 to ×1\.49 since .*node v20 → v22/);
  });

  it('draws trends with findings, folds the others by model, and says in a line what is empty', () => {
    const body = read(nightSections(pageOf(report), new Set(['changes'])));
    expect([...body.querySelectorAll('svg[role=img]')]).toHaveLength(1);
    const folds = [...body.querySelectorAll('details.view')];
    expect(folds.map((one) => one.id)).toEqual([
      ...['resnet18', 'resnet34', 'resnet50'].map((model) => `trends-${model}.seed0`),
      ...['changes', 'accepted'],
    ]);
    expect(folds.map((one) => one.hasAttribute('open'))).toEqual([false, false, false, true, false]);
    const drawn = read(nightSection(pageOf(report), 'trends-resnet34.seed0'));
    expect([...drawn.querySelectorAll('figure h3')].map((one) => one.textContent)).toEqual([
      'ort-node/cpu · resnet34.seed0 · 64×64 · latency',
      'ort-web/wasm · resnet34.seed0 · 64×64 · latency',
    ]);
    const quiet = { ...report, judged: JUDGED, changes: [], accepted: [] };
    expect(read(nightSections(pageOf(quiet), new Set())).textContent).toContain(
      'There are no change points and no accepted changes of these cells.',
    );
    expect(read(reportedPart(quiet, true)).textContent).toBe('Nothing was reported of this night.');
  });

  it('filters what is reported, changed and accepted', () => {
    const cells = nightCells(report);
    expect(nightValues(cells, 'model')).toEqual(['resnet18.seed0', 'resnet34.seed0', 'resnet50.seed0']);
    const part = (filter: Parameters<typeof filteredCells>[1]) => filteredCells(cells, filter);
    expect(part({ backend: 'ort-web/wasm', model: 'resnet34.seed0' }).map((one) => one.id)).toEqual([IDS[4]]);
    const none = reportOfCells(report, part({ model: 'resnet50.seed0' }));
    expect([none.judged.found, none.changes, none.accepted]).toEqual([[], [], []]);
    const lost = reportOfCells(report, part({ text: 'NOT RUN' }));
    expect(lost.judged.found.map((one) => one.id)).toEqual(['memory:x']);
  });

  it('shows a cell with its trend, what happened to it, and the way to its run', () => {
    const view = read(nightCellView(pageOf(report), id, 'model=x', 'run.html'));
    const text = view.textContent ?? '';
    for (const part of ['slower', 'Change point: 2026-01-17', 'Accepted on 2026-01-20', 'npm run nightly -- accept'])
      expect(text).toContain(part);
    const links = [...view.querySelectorAll('a')].map((one) => one.getAttribute('href'));
    expect(links).toContain(`run.html#cell=${encodeURIComponent(id)}`);
    expect(links).toContain('#model=x');
    expect(view.querySelectorAll('svg[role=img]')).toHaveLength(1);
    expect(read(nightCellView(pageOf(report), 'memory:x', '', '')).textContent).toContain('there is no trend');
    expect(read(nightCellView(pageOf(report), 'none', '', '')).textContent).toContain('no such cell');
  });
});

describe('the page of a run that is a night', () => {
  const run = runOf({ [ID]: latency(10) });
  const table = tabulate(run);
  const [row] = table.rows;

  it('shows the trend of a cell in its view, and nothing where there is none', () => {
    if (row === undefined) throw new Error('no row');
    const history = { ...report, trends: new Map([[ID, pointsOf(true)]]) };
    const part = read(historyPart(row, { table, palette: () => 'red', history }));
    expect(part.querySelector('h3')?.textContent).toBe('History: 12 nights');
    expect(part.querySelectorAll('svg[role=img]')).toHaveLength(1);
    expect(historyPart(row, { table, palette: () => 'red' }).markup).toBe('');
    expect(historyPart(row, { table, palette: () => 'red', history: { ...history, trends: new Map() } }).markup).toBe(
      '',
    );
  });

  it('holds few bytes of it', () => {
    const long = Array.from(
      { length: 400 },
      (_, i): TrendPoint => ({
        ...{ number: i + 1, date: '2026-01-01', ms: 10 + Math.sin(i), level: 10 + Math.sin(i) },
        ...{ segment: 'one', mark: undefined },
      }),
    );
    const trends = new Map(Array.from({ length: 100 }, (_, i) => [`${ID}${i}`, long]));
    const more = renderHtml(run, undefined, { ...report, trends }).length - renderHtml(run).length;
    expect(more).toBeGreaterThan(0);
    expect(more).toBeLessThan(30_000);
  });
});
