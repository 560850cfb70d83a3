import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { browserHost } from '../../suites/hosts/browser/browser.ts';
import { LAUNCH_LIMIT_MS } from '../../suites/hosts/browser/launch.ts';
import { serve } from '../../suites/hosts/browser/server.ts';
import { bundlePage, OWN_PACKAGES } from '../../suites/hosts/bundle.ts';
import { needBrowser } from '../browser.ts';
import { jobOf, MADE_UP } from '../visit.ts';
import { cookieHeader } from './hostile.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-page-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('is served whole while another process builds it again', { timeout: 60_000 }, async () => {
  const server = await serve({ '/bundle/': await bundlePage(OWN_PACKAGES) });
  const sizes = new Set<number>();
  let building = true;
  const read = async () => {
    while (building) {
      const answer = await fetch(`${server.origin}/bundle/page.js`, { headers: { Cookie: cookieHeader(server) } });
      expect(answer.status).toBe(200);
      sizes.add((await answer.text()).length);
    }
  };
  const reading = read();
  for (let i = 0; i < 5; i++) await bundlePage(OWN_PACKAGES);
  building = false;
  await reading;
  await server.close();
  expect([...sizes]).toEqual([expect.toSatisfy((size: number) => size > 0)]);
});

describe('a page whose script is broken', { timeout: 120_000 }, () => {
  const LIMIT = 100_000;
  it.for<[string, string | undefined, RegExp]>([
    ['empty', '', /did not start: its script is empty$/],
    ['throwing', 'throw new Error("out of order")', /did not start: out of order$/],
    ['absent', undefined, /did not start: .*page\.js: HTTP 404$/],
    ['incomplete', 'import "./gone.js"', /did not start: .*gone\.js: HTTP 404$/],
  ])('is a crash that says why where it is %s', async ([name, script, reason], context) => {
    const browser = needBrowser(context);
    mkdirSync(join(folder, name));
    if (script !== undefined) writeFileSync(join(folder, name, 'page.js'), script);
    const server = await serve({ '/bundle/': join(folder, name) });
    const host = browserHost(browser, server, LAUNCH_LIMIT_MS);
    const outcome = await host.run(jobOf('resnet20.seed0', MADE_UP, 32, {}), LIMIT, () => {});
    await Promise.all([host.close(), server.close()]);
    expect(outcome).toEqual({ kind: 'crash', reason: expect.stringMatching(reason), phase: 'launch' });
  });
});
