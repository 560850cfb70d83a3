import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import { badgeOf, renderBadge } from '../../reports/badge.ts';
import { csvOf, renderCsv } from '../../reports/csv.ts';
import { dataJson } from '../../reports/html/data.node.ts';
import type { PageData } from '../../reports/html/data.ts';
import { renderHtml } from '../../reports/html/html.ts';
import { renderJson } from '../../reports/json.ts';
import { markdownSummary } from '../../reports/markdown-summary.ts';
import { filtered } from '../../reports/table/filter.ts';
import { withScenarios } from '../../reports/table/scenarios.ts';
import { tabulate } from '../../reports/table/table.ts';
import { parseRun } from '../../suites/record/record.ts';
import { notesOf } from '../../suites/record/runs.ts';
import { needBrowser } from '../browser.ts';
import { syntheticRun } from '../reports/fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-save-'));
let browser: Browser | undefined;
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

const { header, records, ...rest } = syntheticRun();
const isOne = (id: string) => /:resnet20\.akamaster:|:resnet18\.seed0:fp32:b1:64:/.test(id);
const times = { began: header.started, ms: 5, phases: [['baseline', 1]] as [string, number][] };
const run = {
  ...rest,
  header: { ...header, plan: header.plan.filter(isOne) },
  records: records.filter(({ id }) => isOne(id)).map((record) => ({ ...record, visit: times })),
  damaged: [],
};
/** The run as the page has it. */
const held = (JSON.parse(dataJson(run, undefined)) as PageData).run;
const path = join(folder, 'page.html');
writeFileSync(path, renderHtml(run));

/** A text with its numbers to 12 digits: the logarithms of a browser and of Node differ in the last ones. */
const near = (text: string): string =>
  text.replaceAll(/-?\d+\.\d{6,}(?:e-?\d+)?/g, (number) => `${Number(Number(number).toPrecision(12))}`);

/** The page from disk, with its own content security policy. */
async function open(context: TestContext, hash: string): Promise<Page> {
  const { path: executablePath, flags } = needBrowser(context);
  browser ??= await chromium.launch({ executablePath, args: [...flags] });
  const page = await browser.newPage({ acceptDownloads: true });
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(`file://${path}#${hash}`);
  await page.waitForSelector('body[data-ready]');
  return page;
}

async function saved(page: Page, id: string): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(`[data-save=${id}]`)]);
  const file = join(folder, id);
  await download.saveAs(file);
  return { name: download.suggestedFilename(), text: readFileSync(file, 'utf8') };
}

describe('what a page saves', { timeout: 60_000 }, () => {
  it('is the run, its CSV, JSON, Markdown and badge, as the commands make them', async (context) => {
    const page = await open(context, '');
    const table = tabulate(held);
    const file = await saved(page, 'run');
    expect(file.name).toBe(`bench-${header.started.slice(0, 19).replaceAll(':', '-')}.page.jsonl`);
    const read = parseRun(file.text, 'saved');
    expect(read.damaged).toEqual([]);
    expect(read.header).toEqual({ ...held.header, digits: 6 });
    const byId = (a: { id: string; round: number }, b: { id: string; round: number }) =>
      a.id < b.id ? -1 : a.id > b.id ? 1 : a.round - b.round;
    expect([...read.records].sort(byId)).toEqual([...held.records].sort(byId));
    expect(notesOf(read)).toEqual([expect.stringContaining('numbers have 6 digits')]);
    expect(near((await saved(page, 'csv')).text)).toBe(near(renderCsv(held)));
    expect(near((await saved(page, 'json')).text)).toBe(near(`${renderJson(withScenarios(table))}\n`));
    expect((await saved(page, 'markdown')).text).toBe(markdownSummary(table));
    const badge = badgeOf(table, '*');
    expect((await saved(page, 'badge')).text).toBe(badge && renderBadge(badge));
    await page.close();
  });

  it('is what the filter shows, but for the run file', async (context) => {
    const page = await open(context, 'backend=tfjs%2Fwasm');
    const shown = filtered(tabulate(held), { backend: 'tfjs/wasm' });
    expect(near((await saved(page, 'csv')).text)).toBe(near(csvOf(shown)));
    expect(near((await saved(page, 'json')).text)).toBe(near(`${renderJson(withScenarios(shown))}\n`));
    expect(parseRun((await saved(page, 'run')).text, 'saved').records).toHaveLength(run.records.length);
    await page.close();
  });

  it('is copied, or shown to be copied by hand', async (context) => {
    const page = await open(context, '');
    await page.click('[data-copy=markdown]');
    await page.waitForFunction(() => document.querySelector('#save output')?.textContent !== '');
    const said = await page.locator('#save output').textContent();
    const text = markdownSummary(tabulate(held));
    if (said === 'copied')
      expect(await page.evaluate(() => navigator.clipboard.readText()).catch(() => text)).toBe(text);
    else expect(await page.locator('#save textarea').inputValue()).toBe(text);
    await page.close();
  });
});
