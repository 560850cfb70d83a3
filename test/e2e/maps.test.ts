import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright';
import { afterAll, describe, expect, it } from 'vitest';
import { renderMaps } from '../../reports/html/maps/page.ts';
import { DIFFERENCES, VALUES } from '../../reports/html/maps/palettes.ts';
import { needBrowser } from '../browser.ts';
import { opener, violations, WIDE } from './open-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-maps-'));
afterAll(() => rmSync(folder, { recursive: true }));

const data = Float64Array.from({ length: 20 * 9 }, (_, i) => i);
const path = join(folder, 'maps.html');
writeFileSync(
  path,
  renderMaps({
    ...{ id: 'conformance:x', command: 'npm run locate -- x', title: 'maps', backend: 'ort-web/webgl' },
    nodes: [
      {
        ...{ name: 'conv', op: 'Conv', index: 0, reference: { shape: [1, 20, 3, 3], data }, said: 'wrong' },
        output: data.map((value) => value - (value === 179 ? 5 : 0)),
      },
    ],
  }),
);

describe('feature maps in a browser', { timeout: 60_000 }, () => {
  const open = opener(() => path);
  let browser: Browser | undefined;
  afterAll(() => browser?.close());

  it('are drawn in the colours of their levels, under the page’s own policy', async (context) => {
    const { path: executablePath, flags } = needBrowser(context);
    browser ??= await chromium.launch({ executablePath, args: [...flags] });
    const page = await browser.newPage();
    const refused: string[] = [];
    page.on('console', (message) => message.type() === 'error' && refused.push(message.text()));
    await page.goto(`file://${path}`);
    const corners = await page.evaluate(() =>
      [...document.querySelectorAll('canvas')].map((one) => {
        const context = one.getContext('2d');
        return [0, 2].map((at) => [...(context?.getImageData(at, at, 1, 1).data ?? [])]);
      }),
    );
    const opaque = (colour: readonly number[] | undefined) => [...(colour ?? []), 255];
    expect(corners).toHaveLength(48);
    // The channel that is wrong, and the first of those that are right.
    expect(corners[0]?.[0]).toEqual(opaque(VALUES[0]));
    expect(corners[15]?.[1]).toEqual(opaque(VALUES[252]));
    expect(corners[47]).toEqual([opaque(DIFFERENCES[126]), opaque(DIFFERENCES[0])]);
    expect(refused).toEqual([]);
    await page.close();
  });

  it.for([
    [1440, 'light'],
    [360, 'dark'],
  ] as const)('have no violation of accessibility rules at %i px, %s', async ([width, scheme], context) => {
    const page = await open(context, { ...WIDE, width, scheme });
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await page.close();
  });
});
