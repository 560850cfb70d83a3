import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright';
import { afterAll, expect, it } from 'vitest';
import { cookieOf } from '../../suites/hosts/browser/gate.ts';
import { serve } from '../../suites/hosts/browser/server.ts';
import { needBrowser } from '../browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-origins-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Requests a URL in every way that a page has, and returns the result of each: only failures if all is well. */
async function attack(origin: string): Promise<string[]> {
  const got: string[] = [];
  const load = (tag: 'img' | 'script' | 'link', url: string) =>
    new Promise<void>((resolve) => {
      const element = document.createElement(tag) as HTMLImageElement & HTMLScriptElement & HTMLLinkElement;
      element.onload = () => resolve(void got.push(`${tag} ${url}`));
      element.onerror = () => resolve();
      if (tag === 'link') Object.assign(element, { rel: 'stylesheet', href: url });
      else element.src = url;
      document.documentElement.append(element);
    });
  for (const path of ['/', '/files/script.js', '//', '/files/%00', `/files/${'n'.repeat(5000)}`]) {
    const url = origin + path;
    const modes: RequestMode[] = ['no-cors', 'cors'];
    for (const mode of modes) {
      const options: RequestInit = { mode, credentials: 'include' };
      const text = await fetch(url, options)
        .then((response) => response.text())
        .catch(() => '');
      if (text !== '') got.push(`${mode} ${url}`);
    }
    for (const tag of ['img', 'script', 'link'] as const) await load(tag, url);
  }
  if ('leaked' in globalThis) got.push('the script ran');
  return got;
}

/** The statuses that the server answers a page's attack with. */
async function attackFrom(context: BrowserContext, page: string, origin: string): Promise<Set<number>> {
  const attacker = await context.newPage();
  const session = await context.newCDPSession(attacker);
  const asked = new Set<string>();
  const statuses = new Set<number>();
  session.on(
    'Network.requestWillBeSent',
    ({ requestId, request }) => request.url.startsWith(origin) && asked.add(requestId),
  );
  // Told of answers that the browser keeps from the page, too.
  session.on(
    'Network.responseReceivedExtraInfo',
    ({ requestId, statusCode }) => asked.has(requestId) && statuses.add(statusCode),
  );
  await session.send('Network.enable');
  await attacker.goto(page);
  expect(await attacker.evaluate(attack, origin)).toEqual([]);
  await attacker.close();
  return statuses;
}

/** What the harness's own page may do: be isolated, read files, and start workers that read files. */
async function use(): Promise<unknown[]> {
  const answer = (worker: Worker) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = () => reject(new Error('a worker failed'));
    });
  const source = `fetch('${location.origin}/files/script.js').then(({ status }) => postMessage(status))`;
  return [
    crossOriginIsolated,
    (await fetch('/files/script.js')).status,
    await answer(new Worker('/files/worker.js')),
    await answer(new Worker('/files/worker.js', { type: 'module' })),
    await answer(new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })))),
  ];
}

it('a page of another origin gets nothing, and the harness’s own page all', { timeout: 60_000 }, async (context) => {
  const { path, flags } = needBrowser(context);
  writeFileSync(join(folder, 'script.js'), 'globalThis.leaked = true;');
  writeFileSync(join(folder, 'worker.js'), "fetch('/files/script.js').then(({ status }) => postMessage(status));");
  writeFileSync(join(folder, 'page.js'), '');
  const server = await serve({ '/files/': folder, '/bundle/': folder });
  const other = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html>'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const browser = await chromium.launch({ executablePath: path, args: [...flags] });
  try {
    // Even beside the token, which a browser sends to all ports of a host.
    const profile = await browser.newContext();
    await profile.addCookies([cookieOf(server)]);
    for (const host of ['127.0.0.1', 'localhost'])
      expect(await attackFrom(profile, `http://${host}:${port}/`, server.origin)).toEqual(new Set([403]));
    const own = await profile.newPage();
    expect((await own.goto(server.origin))?.status()).toBe(200);
    expect(await own.evaluate(use)).toEqual([true, 200, 200, 200, 200]);
    const stranger = await (await browser.newContext()).newPage();
    expect((await stranger.goto(server.origin))?.status()).toBe(403);
  } finally {
    await browser.close();
    await server.close();
    other.close();
  }
});
