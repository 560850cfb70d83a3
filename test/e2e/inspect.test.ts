import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inspect } from '../../scripts/inspect.ts';
import { opener, violations, WIDE } from './open-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-inspect-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the page of a model in a browser', { timeout: 60_000 }, () => {
  const path = join(folder, 'resnet20.html');
  inspect('resnet20', { html: path });
  const open = opener(() => path);

  it.for([
    [1440, 'light'],
    [360, 'dark'],
  ] as const)('has no violation of accessibility rules at %i px, %s', async ([width, scheme], context) => {
    const page = await open(context, { ...WIDE, width, scheme });
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await page.close();
  });
});
