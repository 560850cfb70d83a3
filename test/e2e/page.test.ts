import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compare } from '../../reports/compare/compare.ts';
import { renderHtml } from '../../reports/html/html.ts';
import { NONE } from '../../suites/stats/format.ts';
import { emptyRun, syntheticRun } from '../reports/fixture.ts';
import { opener, violations, WIDE } from './open-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-page-'));
afterAll(() => rmSync(folder, { recursive: true }));

const written = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

// Few networks: every rule applies to their tables and plots as well, and axe takes minutes for all.
const { header, records, ...rest } = syntheticRun();
const KEPT = /:(resnet50\.seed0:fp32:folded:b1:224|resnet50\.seed0:fp32:b1:224|resnet20\.akamaster:)/;
const isOne = (id: string) => KEPT.test(id);
const run = {
  ...rest,
  header: { ...header, plan: header.plan.filter(isOne) },
  records: records.filter(({ id }) => isOne(id)),
};
const SLOW = run.header.plan.find((id) => id.startsWith('latency') && id.endsWith(':ort-web/wasm')) ?? '';
const base = {
  ...run,
  records: JSON.parse(JSON.stringify(run.records)).map((record: (typeof run.records)[number]) => {
    const { outcome } = record;
    if (record.id !== SLOW || !('result' in outcome) || outcome.result.suite !== 'latency') return record;
    const samples = outcome.result.samples.map((ms) => ms / 2);
    return { ...record, outcome: { ...outcome, result: { ...outcome.result, samples } } };
  }),
};
const text = renderHtml(run, compare(base, run, 0.03));

describe('the page in a browser', { timeout: 120_000 }, () => {
  const open = opener(() => written('page.html', text));

  it.for([
    [1440, 'light'],
    [360, 'dark'],
  ] as const)('has no violation of accessibility rules at %i px, %s, all open', async ([width, scheme], context) => {
    const page = await open(context, { ...WIDE, width, scheme });
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('has none in the view of a cell', async (context) => {
    const wrong = run.header.plan.find((id) => id.startsWith('conformance') && id.endsWith('ort-web/webgl')) ?? '';
    const page = await open(context, { ...WIDE, scheme: 'dark', hash: `cell=${encodeURIComponent(wrong)}` });
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('names without a click the fastest right backend in Node and in the browser, and what regressed', async (context) => {
    const page = await open(context, WIDE);
    const first = page.locator('.fastest tbody tr', { hasText: 'resnet50' });
    const seen = async (one: ReturnType<typeof page.locator>) => {
      const box = await one.boundingBox();
      return box !== null && box.y + box.height < 900;
    };
    expect(await first.textContent()).toMatch(/ort-node\/cpu.*ort-web\/wasm/s);
    expect((await first.locator('td.n').allTextContents()).filter((text) => /\d/.test(text))).toHaveLength(6);
    expect(await seen(first)).toBe(true);
    const regressed = page.locator('.since li').first();
    expect(await regressed.textContent()).toContain(`slower ${SLOW} ×`);
    expect(await seen(regressed)).toBe(true);
    await page.close();
  });

  it('leads with one click from the verdict to the first wrong layer and the command to find it', async (context) => {
    const page = await open(context, WIDE);
    await page.click('.verdict a:has-text("wrong")');
    const problem = page.locator('.problem', { has: page.locator('.s-wrong') }).first();
    expect(await problem.textContent()).toMatch(/layer4.*npm run locate -- /s);
    const top = await problem.evaluate((one) => one.getBoundingClientRect().top);
    expect(top).toBeGreaterThanOrEqual(0);
    expect(top).toBeLessThan(900);
    await page.close();
  });

  it('keeps what was chosen in its address', async (context) => {
    const page = await open(context, WIDE);
    await page.selectOption('select[name=backend]', 'ort-web/wasm');
    await page.focus('select[name=base]');
    await page.selectOption('select[name=base]', 'ort-node/cpu');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('base');
    await page.click('[data-sort=peak]');
    await page.click('#sections a[href="#latency"]');
    const hash = new URL(page.url()).hash.slice(1);
    const seen = async (one: typeof page) => ({
      ranking: await one.locator('#choice').innerHTML(),
      open: await one.locator('#latency').evaluate((details) => (details as HTMLDetailsElement).open),
      count: await one.locator('#filters output').textContent(),
    });
    const before = await seen(page);
    expect(before).toMatchObject({ open: true, count: expect.stringMatching(/^\d+ of \d+ cells$/) });
    const other = await open(context, { ...WIDE, hash });
    expect(await seen(other)).toEqual(before);
    expect(await other.locator('table.ranking tbody th.name').allTextContents()).toEqual(
      expect.arrayContaining([expect.stringContaining('ort-web/wasm')]),
    );
    await other.close();
    await page.close();
  });

  it('goes to a cell and back', async (context) => {
    const page = await open(context, WIDE);
    await page.click('.ranking tbody td a');
    expect(await page.locator('#one h2').textContent()).toContain('latency of');
    expect(await page.locator('#all').isVisible()).toBe(false);
    await page.goBack();
    expect(await page.locator('#all').isVisible()).toBe(true);
    await page.close();
  });

  it('says without a script what decides, and has every cell', async (context) => {
    const page = await open(context, { ...WIDE, script: false });
    expect(await page.locator('.fastest').isVisible()).toBe(true);
    expect(await page.locator('.problem').first().isVisible()).toBe(true);
    expect(await page.locator('noscript tr[id^="cell="]').count()).toBe(run.header.plan.length);
    await page.close();
  });

  it('sorts what is missing last, in either direction', async (context) => {
    const page = await open(context, { ...WIDE, hash: 'open=conformance+startup+memory' });
    const sorted = await page.evaluate((none) => {
      for (const one of document.querySelectorAll('details')) one.open = true;
      const checked: string[] = [];
      for (const table of document.querySelectorAll<HTMLTableElement>('table.sortable'))
        [...(table.tHead?.rows[0]?.cells ?? [])].forEach((head, column) => {
          const texts = () => [...(table.tBodies[0]?.rows ?? [])].map((row) => row.cells[column]?.textContent ?? '');
          const isMissing = (text: string) => text === none || text === '';
          if (!texts().some(isMissing) || texts().every(isMissing)) return;
          for (const direction of ['ascending', 'descending']) {
            head.querySelector('button')?.click();
            const order = texts().map(isMissing);
            const last = order.indexOf(true) > order.lastIndexOf(false);
            checked.push(`${head.getAttribute('aria-sort') === direction} ${last}`);
          }
        });
      return checked;
    }, NONE);
    expect(sorted.length).toBeGreaterThan(10);
    expect(new Set(sorted)).toEqual(new Set(['true true']));
    await page.close();
  });
});

describe('the page of an empty run', { timeout: 60_000 }, () => {
  const open = opener(() => written('empty.html', renderHtml(emptyRun())));

  it('has no violation of accessibility rules', async (context) => {
    const page = await open(context, { ...WIDE, width: 360 });
    expect(await violations(page)).toEqual([]);
    await page.close();
  });
});
