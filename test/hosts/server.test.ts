import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageMounts } from '../../suites/hosts/browser/packages.ts';
import { type Server, serve } from '../../suites/hosts/browser/server.ts';
import { OWN_PACKAGES } from '../../suites/hosts/bundle.ts';
import { bodyOf, bytesOf, cookieHeader, exchange, rightful, statusOf } from './hostile.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-server-'));
const MIB = 2 ** 20;
let server: Server;

/** A path in the test's folder. */
const at = (...parts: string[]) => join(folder, ...parts);

beforeAll(async () => {
  mkdirSync(at('files', 'sub'), { recursive: true });
  mkdirSync(at('outside'));
  writeFileSync(at('outside', 'secret.bin'), 'secret');
  writeFileSync(at('files', 'a b.js'), 'script');
  writeFileSync(at('files', 'empty.bin'), '');
  writeFileSync(at('files', 'sub', 'w.bin'), 'weights');
  writeFileSync(at('files', 'large.bin'), Buffer.alloc(16 * MIB, 1));
  symlinkSync(at('outside', 'secret.bin'), at('files', 'link.bin'));
  symlinkSync(at('outside'), at('files', 'out'));
  symlinkSync('sub/w.bin', at('files', 'inner.bin'));
  symlinkSync('loop', at('files', 'loop'));
  symlinkSync(at('files'), at('root'));
  server = await serve({
    ...packageMounts(OWN_PACKAGES),
    '/files/': at('files'),
    '/root/': at('root'),
    '/one/secret.bin': at('files', 'link.bin'),
    '/one/sub/w.bin': at('files', 'sub', 'w.bin'),
    '/one/later.bin': at('later.bin'),
    '/one/folder': at('files'),
  });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

type Headers = { readonly [name: string]: string };

/** What a rightful client gets for a path as it stands. */
const ask = (path: string, more: Headers) =>
  exchange(server, bytesOf(`GET ${path} HTTP/1.1`, { ...rightful(server), Connection: 'close', ...more }));

/** The server still answers its own. */
const expectAlive = async () => expect(statusOf(await ask('/', {}))).toBe(200);

describe('a request with the token', () => {
  it.for([
    ['/files/a%20b.js', 'script'],
    ['/files/a%20b.js?base=x', 'script'],
    ['/files/empty.bin', ''],
    ['/files/sub/w.bin', 'weights'],
    ['/files/inner.bin', 'weights'],
    ['/one/sub/w.bin', 'weights'],
  ] as const)('of %s is answered', async ([path, body]) => {
    const answer = await ask(path, {});
    expect([statusOf(answer), bodyOf(answer)]).toEqual([200, body]);
  });

  it('gets a mount whose root is a link, and a mounted file that is one', async () => {
    expect(bodyOf(await ask('/root/sub/w.bin', {}))).toBe('weights');
    expect(bodyOf(await ask('/one/secret.bin', {}))).toBe('secret');
  });

  it('gets the wasm files of packages', async () => {
    for (const file of [
      'onnxruntime-web/dist/ort-wasm-simd-threaded.mjs',
      '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm',
    ])
      expect(statusOf(await ask(`/packages/${file}`, {}))).toBe(200);
  });

  it('gets a file that is made after the server started', async () => {
    expect(statusOf(await ask('/one/later.bin', {}))).toBe(404);
    writeFileSync(at('later.bin'), 'truth');
    expect(bodyOf(await ask('/one/later.bin', {}))).toBe('truth');
  });

  it.for([
    ['bytes=0-2', 206, 'wei', 'bytes 0-2/7'],
    ['bytes=3-6', 206, 'ghts', 'bytes 3-6/7'],
    ['bytes=5-99', 206, 'ts', 'bytes 5-6/7'],
    ['bytes=7-8', 416, 'the file has 7 bytes\n', undefined],
    ['bytes=3-1', 416, 'the file has 7 bytes\n', undefined],
    ['bytes=-2', 200, 'weights', undefined],
    ['bytes=0-1,3-4', 200, 'weights', undefined],
    ['lines=0-1', 200, 'weights', undefined],
  ] as const)('for the range %s is answered with %i', async ([range, status, body, sent]) => {
    const answer = await ask('/files/sub/w.bin', { Range: range });
    expect([statusOf(answer), bodyOf(answer)]).toEqual([status, body]);
    expect(answer.match(/^Content-Range: (.*)\r$/m)?.[1]).toBe(sent);
    if (status === 206) expect(answer).toMatch(/^Cache-Control: no-store\r$/m);
  });

  it('of its own page is isolated, and HEAD has no body', async () => {
    const answer = await ask('/', { Origin: server.origin, 'Sec-Fetch-Site': 'same-origin' });
    expect(answer).toMatch(
      /^Cross-Origin-Opener-Policy: same-origin\r\nCross-Origin-Embedder-Policy: require-corp\r$/m,
    );
    for (const path of ['/', '/files/large.bin']) {
      const head = await exchange(
        server,
        bytesOf(`HEAD ${path} HTTP/1.1`, { ...rightful(server), Connection: 'close' }),
      );
      expect([statusOf(head), bodyOf(head)]).toEqual([200, '']);
    }
  });
});

describe('a malformed request', () => {
  it.for([
    [400, '//'],
    [400, '///'],
    [400, '//files/a%20b.js'],
    [400, '/files//sub/w.bin'],
    [400, '/files/./sub/w.bin'],
    [400, '/files/sub/../sub/w.bin'],
    [400, '/files/../outside/secret.bin'],
    [400, '/files/..%2foutside%2fsecret.bin'],
    [400, '/files/%2e%2e/outside/secret.bin'],
    [400, '/files/%00'],
    [400, '/files/sub/w.bin%00.js'],
    [400, '/files/%zz'],
    [400, '/files/%'],
    [400, '/files/%c0%ae%c0%ae/x'],
    [400, '/files/'],
    [400, '?'],
    [400, 'files/sub/w.bin'],
    [400, 'http://[/'],
    [400, 'http://evil.example/files/sub/w.bin'],
    [400, '*'],
    [404, '/files/..\\outside\\secret.bin'],
    [404, '/files/..%5coutside%5csecret.bin'],
    [404, '/files/sub'],
    [404, '/files/sub/w.bin/x'],
    [404, '/files/loop'],
    [404, '/files/link.bin'],
    [404, '/files/out/secret.bin'],
    [404, '/root/out/secret.bin'],
    [404, '/one/folder'],
    [404, '/one/sub/other.bin'],
    [404, '/one/sub/w.bin.bak'],
    [404, '/packages/zod/package.json'],
    [404, '/packages/onnxruntime-web/package.json'],
    [404, '/packages/onnxruntime-web/dist/ort.min.js'],
    [404, '/__proto__'],
  ] as const)('is answered %i where its path is %s', async ([status, path]) => {
    expect(statusOf(await ask(path, {}))).toBe(status);
    await expectAlive();
  });

  it.for([
    [404, 1000],
    [414, 5000],
    [414, 15_000],
  ] as const)('is answered %i where its path has %i characters', async ([status, length]) => {
    expect(statusOf(await ask(`/files/${'n'.repeat(length)}`, {}))).toBe(status);
    expect(statusOf(await ask(`/one/${'../'.repeat(length / 3)}`, {}))).toBe(status === 404 ? 400 : status);
    await expectAlive();
  });

  it.for(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    'is answered 405 where it is a %s',
    async (method) => {
      const headers = { ...rightful(server), Connection: 'close' };
      expect(statusOf(await exchange(server, bytesOf(`${method} /files/sub/w.bin HTTP/1.1`, headers)))).toBe(405);
    },
  );

  it('is refused where it is no rightful HTTP at all', async () => {
    const headers = rightful(server);
    const line = 'GET /files/sub/w.bin HTTP/1.1';
    const answers: [string, number[], string | Buffer][] = [
      ['CONNECT', [405], bytesOf(`CONNECT ${headers.Host} HTTP/1.1`, headers)],
      ['headers of 100 KB', [431], bytesOf(line, { ...headers, Other: 'x'.repeat(100_000) })],
      ['10,000 headers', [431], bytesOf(line, headers).replace('\r\n\r\n', `\r\n${'a: b\r\n'.repeat(10_000)}\r\n`)],
      ['a URL of 100 KB', [431], bytesOf(`GET /${'x'.repeat(100_000)} HTTP/1.1`, headers)],
      ['no Host', [400], bytesOf(line, { Cookie: cookieHeader(server) })],
      ['HTTP/1.0 without Host', [403], bytesOf('GET / HTTP/1.0', { Cookie: cookieHeader(server) })],
      ['two Hosts', [403], bytesOf(line, headers).replace('\r\n\r\n', '\r\nHost: evil.example\r\n\r\n')],
      ['HTTP/9', [400], bytesOf('GET / HTTP/9.9', headers)],
      ['two lengths', [400], bytesOf(line, { ...headers, 'Content-Length': '1', 'Transfer-Encoding': 'chunked' })],
      ['a body', [400], bytesOf(line, { ...headers, 'Content-Length': '1000000000' })],
      ['an upgrade', [200], bytesOf(line, { ...headers, Connection: 'Upgrade, close', Upgrade: 'websocket' })],
      ['an odd Expect', [417], bytesOf(line, { ...headers, Expect: 'money', Connection: 'close' })],
      ['garbage', [400], Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256))],
      ['TLS', [400], Buffer.from('16030100c8010000c40303', 'hex')],
      ['many at once', [0, 200], bytesOf(line, headers).repeat(100)],
    ];
    for (const [name, allowed, bytes] of answers) {
      const status = statusOf(await exchange(server, bytes));
      expect(allowed, `${name}: ${status}`).toContain(status);
      await expectAlive();
    }
  });
});

it('a mount without a path is an error', async () => {
  await expect(serve({ '/truth/': '' })).rejects.toThrow('nothing can be served at /truth/: its path is empty');
});

describe('a request of somebody else is answered 403', () => {
  it.for<[string, Headers]>([
    ['without a token', { Cookie: '' }],
    ['with a wrong token', { Cookie: `resnet-bench=${'0'.repeat(64)}` }],
    ['with a piece of a token', { Cookie: 'resnet-bench=' }],
    ['under a name that was pointed here', { Host: 'evil.example' }],
    ['under another name of the machine', { Host: 'localhost' }],
    ['of another origin', { Origin: 'http://evil.example' }],
    ['of an origin that is kept secret', { Origin: 'null' }],
    ['of another port', { 'Sec-Fetch-Site': 'same-site' }],
    ['of another site', { 'Sec-Fetch-Site': 'cross-site' }],
  ])('%s', async ([, headers]) => {
    for (const path of ['/', '/files/sub/w.bin', '//', '/nothing']) {
      const answer = await ask(path, headers);
      expect([statusOf(answer), answer.includes('weights')]).toEqual([403, false]);
    }
  });

  it('on another port of the name', async () => {
    expect(statusOf(await ask('/', { Host: '127.0.0.1' }))).toBe(403);
    expect(statusOf(await ask('/', { Host: '127.0.0.1:1' }))).toBe(403);
  });
});

describe('many connections that say nothing', () => {
  it('keep no rightful client out', { timeout: 30_000 }, async () => {
    const { port } = new URL(server.origin);
    const idle = Array.from({ length: 300 }, () => connect(Number(port), '127.0.0.1').on('error', () => {}));
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (let i = 0; i < 5; i++) await expectAlive();
    for (const socket of idle) socket.destroy();
    await expectAlive();
  });
});
