import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright';
import { afterAll, describe, expect, it } from 'vitest';
import { compare } from '../../reports/compare/compare.ts';
import { renderHtml } from '../../reports/html/html.ts';
import { renderNightPage } from '../../reports/nightly/page.ts';
import type { NightReport, TrendPoint } from '../../suites/nightly/report.ts';
import { ID, idOf, latency, runOf } from '../reports/runs.ts';
import { CELL, IDS, JUDGED, night, same } from '../suites/nightly/nights.ts';
import { opener, violations, WIDE } from './open-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-history-page-'));
afterAll(() => rmSync(folder, { recursive: true }));

const written = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

/** Whether it is in the first screen. */
const seen = async (one: Locator): Promise<boolean> => {
  const box = await one.boundingBox();
  return box !== null && box.y >= 0 && box.y + box.height <= 900;
};

const WASM = idOf('latency', 'ort-web/wasm');
const GONE = idOf('latency', 'tfjs/cpu');

const points = (factor: number, last: number): TrendPoint[] =>
  Array.from({ length: 14 }, (_, i) => ({
    ...{ number: i + 1, date: `2026-01-${i + 1 < 10 ? '0' : ''}${i + 1}`, segment: i < 5 ? 'old' : 'new' },
    ms: i === 13 ? 10 * last : 10 * factor,
    level: i === 13 ? 10 * last : 10 * factor,
    mark: i === 13 && last > factor ? ('slower' as const) : undefined,
  }));
const report: NightReport = {
  tonight: night(14, same),
  judged: {
    ...JUDGED,
    found: [
      {
        id: CELL,
        verdict: 'slower',
        since: 14,
        ratio: 1.3,
        figures: '10 → 13 ms',
        detail: '',
        causes: ['node v20 → v22'],
      },
      { id: GONE, verdict: 'lost', since: 13, ratio: null, figures: 'ok → not run', detail: 'no memory', causes: [] },
    ],
  },
  nights: 14,
  foreign: 0,
  trends: new Map(IDS.map((id) => [id, points(1, id === CELL ? 1.3 : 1)])),
  changes: [{ id: IDS[2] ?? '', before: 7, night: 8, ratio: 1.2, causes: [] }],
  accepted: [{ id: IDS[2] ?? '', since: 8, until: 9, status: null, reason: 'known', at: '2026-01-20T08:00:00.000Z' }],
  alarms: { pairs: 20, alarms: 1, interval: [0.01, 0.24], looked: 5, cleared: 4 },
  threshold: 0.03,
  notices: [],
};

describe('the page of a night in a browser', { timeout: 60_000 }, () => {
  const open = opener(() => written('night.html', renderNightPage(report, 'run.html')));

  it('names what got worse, since when and why, without a click, and leads to its trend with one', async (context) => {
    const page = await open(context, WIDE);
    const items = page.locator('.since li');
    expect(await items.allTextContents()).toEqual([
      expect.stringMatching(/lost.*ok → not run.*since 2026-01-13/s),
      expect.stringMatching(/slower.*×1\.300.*since tonight; candidate cause: node v20 → v22/s),
    ]);
    expect(await seen(items.last())).toBe(true);
    await items.last().locator('a').click();
    expect(await page.locator('#one h2').textContent()).toContain('ort-node/cpu · resnet18.seed0');
    expect(await page.locator('#one svg[role=img]').count()).toBe(1);
    await page.goBack();
    expect(await page.locator('#found').isVisible()).toBe(true);
    await page.close();
  });

  it('draws what is folded when it is opened, and keeps that and the filter in its address', async (context) => {
    const page = await open(context, WIDE);
    expect(await page.locator('#sections svg[role=img]').count()).toBe(2);
    await page.selectOption('select[name=backend]', 'ort-web/wasm');
    expect(await page.locator('#filters output').textContent()).toMatch(/^3 of \d+ cells$/);
    expect(await page.locator('#sections svg[role=img]').count()).toBe(0);
    await page.locator('details.view', { hasText: 'resnet34' }).locator('summary').click();
    await page.waitForSelector('details.view svg[role=img]');
    const hash = new URL(page.url()).hash.slice(1);
    const other = await open(context, { ...WIDE, hash });
    expect(await other.locator('#all').innerHTML()).toBe(await page.locator('#all').innerHTML());
    await other.close();
    await page.close();
  });

  it.for([
    [1440, 'light', ''],
    [360, 'dark', ''],
    [768, 'dark', `cell=${encodeURIComponent(CELL)}`],
  ] as const)('has no violation of accessibility rules at %i px, %s, %s', async ([width, scheme, hash], context) => {
    const page = await open(context, { ...WIDE, width, scheme, hash });
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('says without a script what was reported', async (context) => {
    const page = await open(context, { ...WIDE, script: false });
    expect(await page.locator('#found tbody tr').count()).toBe(2);
    expect(await page.locator('noscript #changes').isVisible()).toBe(true);
    await page.close();
  });
});

describe('the page of a comparison in a browser', { timeout: 60_000 }, () => {
  const base = runOf({ [ID]: latency(10), [WASM]: latency(20), [GONE]: latency(30) });
  const head = runOf({ [ID]: latency(10), [WASM]: latency(30) });
  const history = { ...report, trends: new Map([[WASM, points(1, 1.5)]]) };
  const open = opener(() => written('comparison.html', renderHtml(head, compare(base, head, 0.03), history)));

  it('names what is lost and what is slower without a click, and leads to both runs with one', async (context) => {
    const page = await open(context, WIDE);
    const items = page.locator('.since li');
    expect(await items.allTextContents()).toEqual([
      expect.stringContaining(`lost ${GONE}`),
      expect.stringContaining(`slower ${WASM}`),
    ]);
    expect(await seen(items.last())).toBe(true);
    expect(await page.locator('.ranking .to-base').allTextContents()).toContainEqual(expect.stringContaining('slower'));
    await items.last().locator('a').click();
    const view = page.locator('#one');
    expect(await view.textContent()).toMatch(/a sample of the baseline: median .*History: 14 nights/s);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('keeps what only the baseline has where a filter is set', async (context) => {
    const page = await open(context, { ...WIDE, hash: 'text=tfjs&open=comparison' });
    expect(await page.locator('#comparison tbody tr').allTextContents()).toEqual([expect.stringContaining(GONE)]);
    await page.click('#comparison tbody a');
    expect(await page.locator('#one').textContent()).toMatch(/no such cell.*In the baseline.*samples of/s);
    await page.close();
  });
});
