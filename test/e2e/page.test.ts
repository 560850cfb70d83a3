import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import { renderHtml } from '../../reports/html/html.ts';
import { browserFlags } from '../../suites/hosts/browser/launch.ts';
import { NONE } from '../../suites/stats/format.ts';
import { needBrowser } from '../browser.ts';
import { emptyRun, syntheticRun } from '../reports/fixture.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser | undefined;
afterAll(() => browser?.close());

async function open(context: TestContext, html: string, width: number, scheme: 'light' | 'dark'): Promise<Page> {
  const { path } = needBrowser(context);
  browser ??= await chromium.launch({ executablePath: path, args: browserFlags() });
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme, bypassCSP: true });
  await page.setContent(html);
  return page;
}

/** What axe-core finds, with all details open: rules and the elements that violate them. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    for (const one of document.querySelectorAll('details')) one.open = true;
  });
  // The boxes that scroll are found when an opened element has been laid out.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50))));
  await page.evaluate(AXE);
  const found = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
}

describe('the page in a browser', { timeout: 120_000 }, () => {
  // One network: every rule applies to its tables and plots as well, and axe takes minutes for all.
  const { header, records, ...rest } = syntheticRun();
  const isOne = (id: string) => id.split(':')[1] === header.plan[0]?.split(':')[1];
  const plan = header.plan.filter(isOne);
  const page = renderHtml({ ...rest, header: { ...header, plan }, records: records.filter(({ id }) => isOne(id)) });

  it.for([
    [1440, 'light'],
    [360, 'dark'],
  ] as const)('has no violation of accessibility rules at %i px, %s', async ([width, scheme], context) => {
    expect(await violations(await open(context, page, width, scheme))).toEqual([]);
  });

  it('has none where a run is empty', async (context) => {
    expect(await violations(await open(context, renderHtml(emptyRun()), 360, 'light'))).toEqual([]);
  });

  it('sorts what is missing last, in either direction', async (context) => {
    const opened = await open(context, page, 1440, 'light');
    const sorted = await opened.evaluate((none) => {
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
    await opened.close();
  });
});
