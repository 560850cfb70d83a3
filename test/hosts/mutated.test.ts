import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { random } from '../../reference/random.ts';
import { type Server, serve } from '../../suites/hosts/browser/server.ts';
import { bytesOf, exchange, rightful, statusOf } from './hostile.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-mutated-'));
let server: Server;

beforeAll(async () => {
  mkdirSync(join(folder, 'files', 'sub'), { recursive: true });
  writeFileSync(join(folder, 'files', 'sub', 'w.bin'), 'weights');
  writeFileSync(join(folder, 'secret.bin'), 'secret');
  symlinkSync(folder, join(folder, 'files', 'out'));
  server = await serve({ '/files/': join(folder, 'files') });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

it('a request whose bytes were changed at random is answered or refused, and ends nothing', async () => {
  const next = random(9);
  const below = (end: number) => Math.floor(next() * end);
  const pieces = [
    '/',
    '//',
    '..',
    '%',
    '%00',
    '%2f',
    '\\',
    '\r\n',
    '\0',
    ' ',
    ':',
    '?',
    '#',
    '[',
    'é',
    'http://',
    'Host: x',
    '\r\n\r\n',
  ];
  const whole = bytesOf('GET /files/sub/w.bin HTTP/1.1', { ...rightful(server), Connection: 'close' });
  const seen = new Set<number>();
  const once = async () => {
    let bytes = whole;
    for (let changes = 1 + below(4); changes > 0; changes--) {
      // Mostly in the first line, which the server itself reads.
      const place = below(below(2) ? 40 : bytes.length);
      const piece = pieces[below(pieces.length)] ?? '';
      bytes = bytes.slice(0, place) + piece + bytes.slice(place + below(3));
    }
    // The end of headers may have gone: what follows it is no more than another request.
    const answer = await exchange(server, `${bytes}\r\n\r\nGET / HTTP/1.0\r\n\r\n`);
    seen.add(statusOf(answer));
    expect(answer).not.toContain('secret');
  };
  for (let i = 0; i < 50; i++) await Promise.all(Array.from({ length: 40 }, once));
  expect([...seen].filter((status) => ![0, 200, 400, 403, 404, 405].includes(status))).toEqual([]);
  expect(statusOf(await exchange(server, whole))).toBe(200);
});
