import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../../reports/html/html.ts';
import { PASSED } from '../reports/results.ts';
import { ok, runOf } from '../reports/runs.ts';
import { opener, violations, WIDE } from './open-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-strip-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ID = 'conformance:resnet18.seed0:fp32:b1:64:ort-web/webgl';
const checks = ['layer1', 'layer2', 'layer3', 'layer4', 'logits'].map((tensor, i) => ({
  ...{ ...PASSED, tensor, ratio: i < 2 ? 0.1 : 40 },
}));
const hash = `cell=${encodeURIComponent(ID)}`;

describe('the network of a cell in a browser', { timeout: 60_000 }, () => {
  const open = opener(() => {
    const path = join(folder, 'page.html');
    writeFileSync(path, renderHtml(runOf({ [ID]: [ok({ suite: 'conformance', checks })] })));
    return path;
  });

  it('is read and coloured by keyboard alone, and a link keeps its colours', async (context) => {
    const page = await open(context, { ...WIDE, hash });
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    const isAt = (selector: string) => page.evaluate((one) => document.activeElement?.matches(one) ?? false, selector);
    for (let i = 0; i < 40 && !(await isAt('select[name=by]')); i++) await page.keyboard.press('Tab');
    expect(await isAt('select[name=by]')).toBe(true);
    await page.keyboard.type('param');
    expect(await page.locator('#strip .stage').nth(1).locator('h4').textContent()).toContain('147,712');
    expect(new URL(page.url()).hash).toContain('by=parameters');
    expect(await isAt('select[name=by]')).toBe(true);
    await page.keyboard.press('Tab');
    expect(await focused()).toMatch(/^0 5 nodes/);
    const node = page.locator('#strip .node', { hasText: 'conv1 Conv 3×3' }).first();
    expect(await node.isVisible()).toBe(false);
    await page.keyboard.press('Enter');
    expect(await node.isVisible()).toBe(true);
    const address = new URL(page.url()).hash.slice(1);
    const other = await open(context, { ...WIDE, hash: address });
    expect(await other.locator('select[name=by]').inputValue()).toBe('parameters');
    expect(await other.locator('#strip .stage').nth(1).locator('h4').textContent()).toContain('147,712');
    await other.close();
    await page.close();
  });

  it('keeps open what was opened when its figure changes', async (context) => {
    const page = await open(context, { ...WIDE, hash });
    await page.locator('#strip summary').first().click();
    await page.selectOption('select[name=by]', 'macs');
    expect(await page.locator('#strip details[open]').count()).toBe(2);
    await page.close();
  });

  it.for([
    [1440, 'light'],
    [360, 'dark'],
  ] as const)('has no violation of accessibility rules at %i px, %s', async ([width, scheme], context) => {
    const page = await open(context, { ...WIDE, width, scheme, hash });
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await page.close();
  });
});
