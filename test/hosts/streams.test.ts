import { execFileSync, spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Access } from '../../suites/hosts/browser/gate.ts';
import { type Server, serve } from '../../suites/hosts/browser/server.ts';
import { bodyOf, bytesOf, exchange, rightful, statusOf } from './hostile.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-streams-'));
const MIB = 2 ** 20;
let server: Server;

/** A path in the test's folder. */
const at = (...parts: string[]) => join(folder, ...parts);

beforeAll(async () => {
  mkdirSync(at('files'));
  mkdirSync(at('outside'));
  writeFileSync(at('outside', 'secret.bin'), 'secret');
  writeFileSync(at('files', 'small.bin'), 'small');
  writeFileSync(at('files', 'large.bin'), Buffer.alloc(16 * MIB, 1));
  server = await serve({ '/files/': at('files') });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** What a rightful client gets for a path. */
const ask = (path: string) =>
  exchange(server, bytesOf(`GET ${path} HTTP/1.1`, { ...rightful(server), Connection: 'close' }));

/** The server still answers its own. */
const expectAlive = async () => expect(statusOf(await ask('/'))).toBe(200);

describe('a response', () => {
  const fds = () => readdirSync('/dev/fd').length;

  it('that its client aborts closes its file, 2,000 times', async () => {
    const before = fds();
    const headers = rightful(server);
    const abort = () =>
      new Promise<void>((resolve, reject) => {
        const request = get(`${server.origin}/files/large.bin`, { headers, agent: false }, (response) => {
          response.once('data', () => request.destroy());
          response.once('close', resolve);
        });
        request.once('error', (error: NodeJS.ErrnoException) =>
          error.code === 'ECONNRESET' ? resolve() : reject(error),
        );
      });
    for (let i = 0; i < 100; i++) await Promise.all(Array.from({ length: 20 }, abort));
    await expect.poll(fds, { timeout: 5000 }).toBeLessThanOrEqual(before + 2);
  });

  it('that its client aborts before it begins closes its file', async () => {
    const before = fds();
    const bytes = bytesOf('GET /files/large.bin HTTP/1.1', rightful(server));
    for (let i = 0; i < 300; i++)
      await new Promise<void>((resolve) => {
        const socket = connect(Number(new URL(server.origin).port), '127.0.0.1', () => {
          socket.write(bytes, () => socket.resetAndDestroy());
        });
        socket.on('error', () => {});
        socket.on('close', () => resolve());
      });
    await expect.poll(fds, { timeout: 5000 }).toBeLessThanOrEqual(before + 2);
  });

  it('comes in turn where requests are sent ahead, and all files are closed where the client goes', async () => {
    const before = fds();
    const ahead = (path: string, more: { readonly [name: string]: string }) =>
      bytesOf(`GET ${path} HTTP/1.1`, { ...rightful(server), ...more });
    const bytes = `${ahead('/files/small.bin', {}).repeat(9)}${ahead('/', { Connection: 'close' })}`;
    const answers = (await exchange(server, bytes)).match(/HTTP\/1.1 200 |small|<!doctype html>/g);
    expect(answers?.join('')).toBe(`${'HTTP/1.1 200 small'.repeat(9)}HTTP/1.1 200 <!doctype html>`);
    const { port } = new URL(server.origin);
    // One that ends the connection comes before downloads.
    for (const first of ['/files/large.bin', '/files/%00', '/files/gone.bin'])
      for (let i = 0; i < 30; i++)
        await new Promise<void>((resolve) => {
          const socket = connect(Number(port), '127.0.0.1', () =>
            socket.write(ahead(first, {}) + ahead('/files/large.bin', {}).repeat(10)),
          );
          socket.once('data', () => socket.resetAndDestroy());
          socket.on('error', () => {});
          socket.on('close', () => resolve());
        });
    await expect.poll(fds, { timeout: 5000 }).toBeLessThanOrEqual(before + 2);
    await expectAlive();
  });

  it('whose file is cut while it is sent is cut too, and not left waiting', async () => {
    writeFileSync(at('files', 'cut.bin'), Buffer.alloc(64 * MIB, 1));
    const agent = new Agent({ keepAlive: true });
    const began = performance.now();
    const got = await new Promise<number>((resolve) => {
      let bytes = 0;
      get(`${server.origin}/files/cut.bin`, { headers: rightful(server), agent }, (response) => {
        response.once('data', () => truncateSync(at('files', 'cut.bin'), MIB));
        response.on('data', (part: Buffer) => {
          bytes += part.length;
        });
        response.on('error', () => {});
        response.on('close', () => resolve(bytes));
      });
    });
    expect(got).toBeLessThan(64 * MIB);
    // A kept connection is closed after 5 s in any case.
    expect(performance.now() - began).toBeLessThan(3000);
    agent.destroy();
    await expectAlive();
  });

  it('of a folder that becomes a link out of the mount meanwhile is never what it leads to', async () => {
    mkdirSync(at('kept'));
    writeFileSync(at('kept', 'secret.bin'), 'open');
    symlinkSync(at('kept'), at('files', 'kept'));
    renameSync(at('kept'), at('files', 'real'));
    let swapping = true;
    const swap = async () => {
      for (let i = 0; swapping; i++) {
        symlinkSync(i % 2 ? at('outside') : at('files', 'real'), at('next'));
        renameSync(at('next'), at('files', 'kept'));
        await new Promise(setImmediate);
      }
    };
    const swaps = swap();
    const bodies = new Set<string>();
    for (let i = 0; i < 50; i++)
      for (const answer of await Promise.all(Array.from({ length: 20 }, () => ask('/files/kept/secret.bin'))))
        bodies.add(bodyOf(answer));
    swapping = false;
    await swaps;
    expect(bodies).toEqual(new Set(['open', 'no such file\n']));
  });

  it('of a file that is gone, or that is a named pipe, is 404', async () => {
    writeFileSync(at('files', 'brief.bin'), 'brief');
    rmSync(at('files', 'brief.bin'));
    expect(statusOf(await ask('/files/brief.bin'))).toBe(404);
    execFileSync('mkfifo', [at('files', 'pipe')]);
    expect(statusOf(await ask('/files/pipe'))).toBe(404);
    await expectAlive();
  });

  it('of a process without descriptors is 500, and no connection ends it', async () => {
    const script = join(import.meta.dirname, 'starved.ts');
    const child = spawn(
      'bash',
      ['-c', 'ulimit -n 200; exec "$0" --import tsx "$1" "$2"', process.execPath, script, at('files')],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const say = async (word: string) => {
      child.stdin.write(`${word}\n`);
      return (await lines.next()).value as string;
    };
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      const access = JSON.parse((await lines.next()).value as string) as Access;
      const headers = rightful(access);
      const status = () =>
        new Promise<number>((resolve, reject) =>
          get(`${access.origin}/files/small.bin`, { headers, agent }, (response) =>
            response.resume().on('end', () => resolve(response.statusCode ?? 0)),
          ).on('error', reject),
        );
      expect(await status()).toBe(200);
      // A descriptor may be on its way to be closed.
      const starved = async () => [await say('exhaust'), await status()];
      await expect.poll(starved).toEqual(['EMFILE', 500]);
      const bytes = bytesOf('GET / HTTP/1.1', { ...headers, Connection: 'close' });
      await Promise.all(Array.from({ length: 50 }, () => exchange(access, bytes)));
      expect(await say('free')).toBe('free');
      expect(statusOf(await exchange(access, bytes))).toBe(200);
    } finally {
      agent.destroy();
      child.kill();
    }
  });
});
