import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, type TestContext } from 'vitest';
import { needBrowser } from '../browser.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** How a page is opened. */
export type Opening = {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
  /** The address after `#`. */
  readonly hash: string;
  readonly script: boolean;
};

export const WIDE: Opening = { width: 1440, scheme: 'light', hash: '', script: true };

/** Opens pages of one text in a real browser, which closes after the tests of the file. */
export function opener(file: () => string): (context: TestContext, how: Opening) => Promise<Page> {
  let browser: Browser | undefined;
  afterAll(() => browser?.close());
  return async (context, { width, scheme, hash, script }) => {
    const { path, flags } = needBrowser(context);
    browser ??= await chromium.launch({ executablePath: path, args: [...flags] });
    const page = await browser.newPage({
      ...{ viewport: { width, height: 900 }, colorScheme: scheme, bypassCSP: true },
      javaScriptEnabled: script,
    });
    page.on('pageerror', (error) => {
      throw error;
    });
    await page.goto(`file://${file()}#${hash}`);
    if (script) await page.waitForSelector('body[data-ready]');
    return page;
  };
}

/** What axe-core finds, with all details open: rules and the elements that violate them. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    for (const one of document.querySelectorAll('details')) one.open = true;
  });
  // The boxes that scroll are found when an opened element has been laid out.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 200))));
  await page.evaluate(AXE);
  const found = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
}
