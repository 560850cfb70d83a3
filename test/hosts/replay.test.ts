import { afterEach, expect, it, vi } from 'vitest';
import { replayFetches } from '../../suites/hosts/instruments/replay.ts';

afterEach(() => vi.unstubAllGlobals());

it('answers a file from memory once it was fetched after the start, and nothing else', async () => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (what: string | Request, init?: RequestInit) => {
    const url = what instanceof Request ? what.url : what;
    asked.push(`${init?.method ?? 'GET'} ${url}`);
    return new Response(`body ${asked.length}`, {
      status: url.endsWith('missing') ? 404 : 200,
      headers: { kind: url },
    });
  });
  const replay = replayFetches();
  const text = async (url: string, init?: RequestInit) => (await fetch(url, init)).text();
  expect([await text('/a'), await text('/a')]).toEqual(['body 1', 'body 2']);
  replay();
  expect([await text('/a'), await text('/a'), await text('/a')]).toEqual(['body 3', 'body 3', 'body 3']);
  const again = await fetch('/a');
  expect([again.status, again.headers.get('kind')]).toEqual([200, '/a']);
  expect(asked).toHaveLength(3);
  expect(await text('/a', { method: 'POST' })).toBe('body 4');
  expect(await text('/a', { headers: { range: 'bytes=0-1' } })).toBe('body 5');
  expect([await text('/missing'), await text('/missing')]).toEqual(['body 6', 'body 7']);
});
