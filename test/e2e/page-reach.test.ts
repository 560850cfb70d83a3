import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../../reports/html/html.ts';
import { SECTIONS } from '../../reports/html/sections.ts';
import { syntheticRun } from '../reports/fixture.ts';
import { oddRuns, partOf } from '../reports/odd-runs.ts';
import { opener, violations, WIDE } from './open-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-reach-'));
afterAll(() => rmSync(folder, { recursive: true }));
const written = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const small = partOf(syntheticRun(), (id) => /:resnet18\.seed0:.*:64:/.test(id));
const ALL = `open=${SECTIONS.map(({ id }) => id).join('+')}`;
const openDetails = (page: Page) =>
  page.evaluate(() => {
    for (const one of document.querySelectorAll('details')) one.open = true;
    return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100)));
  });

/** How far the page, and what no box of its own scrolls, reaches beyond the window: elements and pixels. */
const beyond = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const wide = document.documentElement.clientWidth;
    const found = [...document.body.querySelectorAll<HTMLElement>('*')].flatMap((one) => {
      const { right, width } = one.getBoundingClientRect();
      if (width === 0 || right <= wide + 1 || one.closest('.scroll') !== null) return [];
      return [`${one.tagName}.${one.className} reaches ${Math.round(right)} of ${wide}`];
    });
    const page = document.documentElement.scrollWidth;
    return page > wide ? [...found, `the page is ${page} wide`] : found;
  });

describe('a small page', { timeout: 120_000 }, () => {
  const open = opener(() => written('small.html', renderHtml(small)));

  it('is reached by keyboard alone: skip link, choices, sections, sorting, and boxes that scroll', async (context) => {
    const page = await open(context, { ...WIDE, width: 360, hash: 'open=latency' });
    await openDetails(page);
    const seen: { readonly what: string; readonly outline: boolean }[] = [];
    for (let i = 0; i < 400; i++) {
      await page.keyboard.press('Tab');
      const one = await page.evaluate(() => {
        const active = document.activeElement;
        if (!(active instanceof HTMLElement) || active === document.body) return undefined;
        const { outlineStyle, outlineWidth } = getComputedStyle(active);
        const what = active.matches('.skip')
          ? 'skip'
          : active.matches('.scroll')
            ? 'scroll'
            : active.closest('#filters')
              ? 'filter'
              : active.matches('th button')
                ? 'sort'
                : active.tagName.toLowerCase();
        return { what, outline: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0 };
      });
      if (one === undefined) break;
      seen.push(one);
    }
    expect(seen[0]?.what).toBe('skip');
    const kinds = new Set(seen.map(({ what }) => what));
    expect([...kinds]).toEqual(expect.arrayContaining(['a', 'filter', 'scroll', 'skip', 'sort', 'summary']));
    expect(seen.filter(({ outline }) => !outline).map(({ what }) => what)).toEqual([]);
    // All of the page is passed: the last is the line of what the run has not.
    expect(seen.at(-1)?.what).not.toBe('filter');
    expect(seen.filter(({ what }) => what === 'summary').length).toBeGreaterThan(10);
    await page.close();
  });

  it('sorts by keyboard', async (context) => {
    const page = await open(context, { ...WIDE, hash: 'open=latency' });
    await openDetails(page);
    await page.locator('#latency th button').nth(2).focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('#latency th').nth(2).getAttribute('aria-sort')).toBe('ascending');
    await page.close();
  });

  it('keeps text in charts at 10 pixels or more at 360 px', async (context) => {
    const page = await open(context, { ...WIDE, width: 360, hash: ALL });
    await openDetails(page);
    const sizes = await page.evaluate(() =>
      [...document.querySelectorAll<SVGSVGElement>('svg.chart')]
        .filter((one) => one.clientWidth > 0)
        .map((one) => (11 * one.getBoundingClientRect().width) / one.viewBox.baseVal.width),
    );
    expect(sizes.length).toBeGreaterThan(5);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(10);
    await page.close();
  });

  it('keeps headings and names in sight where a table scrolls', async (context) => {
    const page = await open(context, { ...WIDE, width: 768, hash: 'open=conformance' });
    await openDetails(page);
    const places = await page.evaluate(() => {
      const box = [...document.querySelectorAll<HTMLElement>('#conformance .scroll:not(.fits)')].find(
        (one) => one.querySelector('table') && one.scrollHeight > one.clientHeight,
      );
      if (box === undefined) return undefined;
      box.scrollTo(200, 300);
      const outer = box.getBoundingClientRect();
      const at = (selector: string) => box.querySelector(selector)?.getBoundingClientRect();
      return {
        head: (at('thead th:nth-child(3)')?.top ?? 0) - outer.top,
        name: (at('tbody tr:nth-child(20) th')?.left ?? 0) - outer.left,
        height: outer.height / innerHeight,
      };
    });
    expect(places?.head).toBeCloseTo(0, 0);
    expect(places?.name).toBeCloseTo(0, 0);
    expect(places?.height).toBeLessThan(0.9);
    await page.close();
  });

  it('prints what is open without cutting anything off', async (context) => {
    // A4 without margins, in CSS pixels.
    const page = await open(context, { ...WIDE, width: 794, hash: ALL });
    await openDetails(page);
    await page.emulateMedia({ media: 'print' });
    const found = await page.evaluate(() => {
      const wide = document.documentElement.clientWidth;
      const boxes = [
        ...document.querySelectorAll<HTMLElement>('#all :is(table, td, th, svg.chart, p, pre, code, .scroll)'),
      ];
      const cut = boxes.filter((one) => one.getBoundingClientRect().right > wide + 1);
      const hidden = [...document.querySelectorAll<HTMLElement>('.scroll')].filter(
        (one) => getComputedStyle(one).overflowX !== 'visible' || one.scrollHeight > one.offsetHeight + 1,
      );
      const swatch = document.querySelector('.swatch');
      return {
        cut: cut.map((one) => `${one.tagName} ${one.textContent?.slice(0, 40)}`),
        hidden: hidden.map((one) => one.textContent?.slice(0, 40)),
        tables: boxes.filter(({ tagName }) => tagName === 'TABLE').length,
        colours: swatch && getComputedStyle(swatch).getPropertyValue('print-color-adjust'),
        legend: getComputedStyle(document.querySelector('.legend') as Element).display,
      };
    });
    expect(found.tables).toBeGreaterThan(10);
    expect(found).toMatchObject({ cut: [], hidden: [], colours: 'exact', legend: 'flex' });
    await page.close();
  });
});

describe('a tiny page', { timeout: 120_000 }, () => {
  // axe takes seconds for each thousand elements.
  const tiny = partOf(small, (id) => /^(latency|startup|conformance):.*:(ort-node\/cu|ort-web\/w(asm|ebgl))/.test(id));
  const open = opener(() => written('tiny.html', renderHtml(tiny)));

  it('has no violation of accessibility rules at three widths, light and dark, all open', async (context) => {
    const page = await open(context, { ...WIDE, hash: 'open=latency+startup+placement' });
    for (const width of [1440, 768, 360])
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        expect(await violations(page), `${width} ${colorScheme}`).toEqual([]);
      }
    await page.close();
  });
});

describe.for(Object.entries(oddRuns()))('a page of %s', { timeout: 60_000 }, ([what, run]) => {
  const open = opener(() => written(`${what.replaceAll(' ', '-')}.html`, renderHtml(run)));

  it('is no wider than a window of 360 or 1440 px, nor is the view of a cell', async (context) => {
    const page = await open(context, { ...WIDE, width: 360, hash: ALL });
    await openDetails(page);
    expect(await beyond(page)).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
    expect(await beyond(page)).toEqual([]);
    const id = run.header.plan.find((one) => one.startsWith('startup')) ?? run.header.plan[0] ?? '';
    await page.setViewportSize({ width: 360, height: 900 });
    await page.evaluate(
      (hash) => {
        location.hash = hash;
      },
      `cell=${encodeURIComponent(id)}`,
    );
    await page.waitForSelector('#one h2');
    await openDetails(page);
    expect(await beyond(page)).toEqual([]);
    await page.close();
  });
});
