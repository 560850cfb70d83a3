import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ownerText, thisOwner } from '../../reference/owner.node.ts';
import { cacheFolder, obtain, type RemoteFile } from '../../reference/weights/checkpoint-files.node.ts';
import { type Loopback, loopback } from './loopback.ts';

const CONTENT = randomBytes(300_000);
const OLD = randomBytes(300_000);
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const HELD = 100_000;

let server: Loopback;
let folder: string;
let lines: string[];
let asked: IncomingHttpHeaders[];
const log = (line: string) => void lines.push(line);

const remote = (path: string): RemoteFile => ({
  name: 'weights.bin',
  url: `${server.url}${path}`,
  sha256: hashOf(CONTENT),
  bytes: CONTENT.length,
  mirror: 'checkpoints/weights.bin',
});

type Failure = Error & { reason?: string; fix?: string };
const failureOf = (file: RemoteFile): Promise<Failure> =>
  obtain(file, { log, idle: 10_000 }).then(
    () => Promise.reject(new Error('it was obtained')),
    (error: Failure) => error,
  );

/** A server that knows ranges: `tag` is its entity tag, `heeds` whether it compares it with If-Range. */
const ranged =
  (content: Uint8Array, { tag, heeds }: { tag?: string; heeds: boolean }) =>
  (reply: ServerResponse, headers: IncomingHttpHeaders) => {
    asked.push(headers);
    if (tag) reply.setHeader('etag', tag);
    const from = Number(headers.range?.match(/^bytes=(\d+)-$/)?.[1] ?? Number.NaN);
    const same = !heeds || headers['if-range'] === undefined || headers['if-range'] === tag;
    if (Number.isNaN(from) || !same) reply.end(content);
    else if (from >= content.length) reply.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    else {
      reply.writeHead(206, { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` });
      reply.end(content.subarray(from));
    }
  };

beforeAll(async () => {
  let cuts = 0;
  server = await loopback({
    // Cuts the first two answers off, in different places.
    '/cut-twice': (reply, headers) => {
      if (cuts++ >= 2) return ranged(CONTENT, { tag: '"v1"', heeds: true })(reply, headers);
      asked.push(headers);
      const from = Number(headers.range?.match(/\d+/)?.[0] ?? 0);
      reply.writeHead(from ? 206 : 200, {
        etag: '"v1"',
        'content-range': `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}`,
        'content-length': CONTENT.length - from,
      });
      reply.write(CONTENT.subarray(from, from + HELD), () => setTimeout(() => reply.destroy(), 50));
    },
    '/ranged': ranged(CONTENT, { tag: '"v2"', heeds: true }),
    '/careless': ranged(CONTENT, { tag: '"v2"', heeds: false }),
    '/untagged': ranged(CONTENT, { heeds: false }),
    '/weak': ranged(CONTENT, { tag: 'W/"v2"', heeds: true }),
    '/weak-cut': (reply) => {
      reply.writeHead(200, { etag: 'W/"v2"', 'content-length': CONTENT.length });
      reply.write(CONTENT.subarray(0, HELD), () => setTimeout(() => reply.destroy(), 50));
    },
    '/rangeless': (reply) => void reply.end(CONTENT),
    '/wrong': ranged(OLD, { tag: '"v1"', heeds: true }),
    '/elsewhere': (reply, headers) => {
      asked.push(headers);
      if (headers.range === undefined) reply.end(CONTENT);
      else reply.writeHead(206, { 'content-range': 'bytes 5-299999/300000' }).end(CONTENT.subarray(5));
    },
    '/promises-less': (reply) => {
      reply.writeHead(200, { 'content-length': 1000, connection: 'close' });
      reply.end(CONTENT);
    },
    '/promises-more': (reply) => {
      reply.writeHead(200, { 'content-length': CONTENT.length + 1, connection: 'close' });
      reply.end(CONTENT);
    },
  });
});
afterAll(() => server.close());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resnet-bench-'));
  vi.stubEnv('RESNET_CACHE', join(folder, 'cache'));
  vi.stubEnv('RESNET_MIRROR', undefined);
  mkdirSync(cacheFolder());
  [lines, asked] = [[], []];
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const partOf = (pid: number) =>
  join(
    cacheFolder(),
    `weights.bin.${ownerText({ ...thisOwner(), pid, start: pid === process.pid ? thisOwner().start : '0' })}.part`,
  );

/** Leaves a part as an earlier run of process `pid` would. */
function leave(content: Uint8Array, tag: string, pid = process.pid): void {
  writeFileSync(partOf(pid), content);
  writeFileSync(`${partOf(pid)}.etag`, tag);
}

async function expectWhole(path: string): Promise<void> {
  const found = await obtain(remote(path), { log });
  expect(found).toEqual({ path: join(cacheFolder(), 'weights.bin'), sha256: hashOf(CONTENT) });
  expect(readFileSync(found.path).equals(CONTENT)).toBe(true);
}

const onlyTheFile = () => expect(readdirSync(cacheFolder())).toEqual(['weights.bin']);

describe('a download that was cut off', () => {
  it('goes on where it was, twice, and reports progress', async () => {
    const first = await failureOf(remote('/cut-twice'));
    expect(first.fix).toMatch(/connect to the network/);
    expect(first.reason).toMatch(/\(100000 of 300000 bytes are kept for the next run\)$/);
    expect((await failureOf(remote('/cut-twice'))).reason).toMatch(/200000 of 300000/);
    const seen: [number, number][] = [];
    const { path } = await obtain(remote('/cut-twice'), { log, onProgress: (...pair) => seen.push(pair) });
    expect(readFileSync(path).equals(CONTENT)).toBe(true);
    expect(asked.map(({ range }) => range)).toEqual([undefined, 'bytes=100000-', 'bytes=200000-']);
    expect(asked.map((headers) => headers['if-range'])).toEqual([undefined, '"v1"', '"v1"']);
    expect(seen.every(([done, total], i) => done > (seen[i - 1]?.[0] ?? 200_000) && total === 300_000)).toBe(true);
    expect(seen.at(-1)).toEqual([300_000, 300_000]);
    expect(lines.filter((line) => line.startsWith('resuming'))).toEqual([
      'resuming at byte 100000',
      'resuming at byte 200000',
    ]);
    onlyTheFile();
  });

  it.each([
    ['goes on by the same tag', '/ranged', CONTENT, '"v2"', 1, 'resuming at byte 100000'],
    ['goes on without any tag', '/untagged', CONTENT, '', 1, 'resuming at byte 100000'],
    ['starts again where the file has changed', '/ranged', OLD, '"v1"', 1, 'the server sends the whole file again'],
    ['starts again where the server knows no ranges', '/rangeless', OLD, '"v1"', 0, 'the server sends the whole'],
    [
      'starts again where the tag changed unheeded',
      '/careless',
      OLD,
      '"v1"',
      2,
      'the file on the server has changed: ',
    ],
    ['starts again where the hash shows a change', '/untagged', OLD, '', 2, 'has SHA-256 '],
    [
      'starts again where another stretch comes',
      '/elsewhere',
      CONTENT,
      '"v1"',
      2,
      'byte 100000 was requested and the server sends',
    ],
  ] as const)('%s', async (_, path, content, tag, requests, line) => {
    leave(content.subarray(0, HELD), tag);
    await expectWhole(path);
    expect(asked).toHaveLength(requests);
    expect(lines.join('\n')).toContain(line);
    onlyTheFile();
  });

  it.each([
    ['is all there', CONTENT, 1],
    ['is as long but another', OLD, 2],
    ['is too long', Buffer.concat([CONTENT, OLD]), 2],
  ])('that %s is checked', async (_, content, requests) => {
    leave(content, '"v2"');
    await expectWhole('/ranged');
    expect(asked).toHaveLength(requests);
    onlyTheFile();
  });

  it('of a file that is another in the end is refused, after one try as a whole', async () => {
    leave(CONTENT.subarray(0, HELD), '"v1"');
    const error = await failureOf(remote('/wrong'));
    expect(error.message).toContain(`has SHA-256 ${hashOf(OLD)}, expected ${hashOf(CONTENT)}`);
    expect(error.fix).toBeUndefined();
    expect(asked.map(({ range }) => range)).toEqual(['bytes=100000-', undefined]);
    expect(readdirSync(cacheFolder())).toEqual([]);
  });

  it('keeps no weak tag, which promises too little', async () => {
    await failureOf(remote('/weak-cut'));
    await expectWhole('/weak');
    expect(asked.map((headers) => headers['if-range'])).toEqual([undefined]);
    expect(lines.at(-1)).toBe('resuming at byte 100000');
  });
});

describe('a server that lies about the length', () => {
  it('promises less: the file is refused', async () => {
    expect((await failureOf(remote('/promises-less'))).message).toMatch(
      /has 1000 bytes, expected 300000|cannot be fetched/,
    );
    expect(existsSync(join(cacheFolder(), 'weights.bin'))).toBe(false);
  });

  it('promises more: what has come is all, as the next run finds', async () => {
    expect((await failureOf(remote('/promises-more'))).fix).toBeDefined();
    await expectWhole('/ranged');
    // How much of it was read when the connection ended is the network's.
    expect(asked.map(({ range }) => range)).toEqual([expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  });
});

describe('a part that another process left', () => {
  it('is taken over where the process is gone', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    leave(CONTENT.subarray(0, HELD), '"v2"', pid);
    await expectWhole('/ranged');
    expect(asked.map(({ range }) => range)).toEqual(['bytes=100000-']);
    onlyTheFile();
  });

  it('is thrown away where there is another to go on from', async () => {
    for (const content of [CONTENT, OLD]) {
      const { pid } = spawnSync(process.execPath, ['-e', '']);
      leave(content.subarray(0, HELD), '"v2"', pid);
    }
    await expectWhole('/ranged');
    onlyTheFile();
  });

  it('is left alone while it runs', async () => {
    leave(CONTENT.subarray(0, HELD), '"v2"', process.ppid);
    await expectWhole('/ranged');
    expect(asked.map(({ range }) => range)).toEqual([undefined]);
    expect(readFileSync(partOf(process.ppid))).toHaveLength(HELD);
  });
});
