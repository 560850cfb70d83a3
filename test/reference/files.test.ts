import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CIFAR10_FILES } from '../../reference/datasets/cifar10.ts';
import {
  cacheFolder,
  cacheFolderOf,
  findHere,
  obtain,
  type RemoteFile,
} from '../../reference/weights/checkpoint-files.node.ts';
import { partOf } from '../../reference/write.node.ts';
import { AKAMASTER } from './checkpoints.ts';
import { type Loopback, loopback } from './loopback.ts';
import { mirrorFile } from './mirror.ts';

const CONTENT = randomBytes(300_000);
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const WRONG = Buffer.from(CONTENT).fill(0, 5, 6);
const log = () => undefined;

let server: Loopback;
let folder: string;

const remote = (path: string): RemoteFile => ({
  name: 'weights.bin',
  url: `${server.url}${path}`,
  sha256: hashOf(CONTENT),
  bytes: CONTENT.length,
  mirror: 'checkpoints/weights.bin',
});

type Failure = Error & { reason?: string; fix?: string };
const failureOf = (file: RemoteFile, idle = 10_000): Promise<Failure> =>
  obtain(file, { log, idle }).then(
    () => Promise.reject(new Error('it was obtained')),
    (error: Failure) => error,
  );

beforeAll(async () => {
  server = await loopback({
    '/good': (reply) => void reply.writeHead(200, { 'content-length': CONTENT.length }).end(CONTENT),
    '/chunked': (reply) => {
      reply.write(CONTENT.subarray(0, 1000));
      setTimeout(() => reply.end(CONTENT.subarray(1000)), 20);
    },
    '/moved': (reply) => void reply.writeHead(302, { location: '/good' }).end(),
    '/wrong': (reply) => void reply.end(WRONG),
    '/short': (reply) => void reply.end(CONTENT.subarray(0, 1000)),
    '/long': (reply) => void reply.end(Buffer.concat([CONTENT, CONTENT])),
    '/page': (reply) => void reply.writeHead(200, { 'content-type': 'text/html' }).end('<p>log in first</p>'),
    '/lies': (reply) => {
      reply.writeHead(200, { 'content-length': CONTENT.length + 1, connection: 'close' });
      reply.end(CONTENT);
    },
    '/cut': (reply) => {
      reply.writeHead(200, { 'content-length': CONTENT.length });
      reply.write(CONTENT.subarray(0, 100_000), () => reply.destroy());
    },
    '/stalls': (reply) => void reply.write(CONTENT.subarray(0, 1000)),
    '/silent': () => undefined,
    '/error': (reply) => void reply.writeHead(503).end(),
  });
});
afterAll(() => server.close());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resnet-bench-'));
  vi.stubEnv('RESNET_CACHE', join(folder, 'cache'));
  vi.stubEnv('RESNET_MIRROR', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('obtain from the network', () => {
  it.each(['/good', '/chunked', '/moved'])('%s: downloads once, then finds it in the cache', async (path) => {
    const lines: string[] = [];
    const found = await obtain(remote(path), { log: (line) => lines.push(line) });
    expect(found.path).toBe(join(folder, 'cache', 'weights.bin'));
    expect(readFileSync(found.path).equals(CONTENT)).toBe(true);
    expect(lines).toEqual([`fetching weights.bin (0.3 MB) from ${server.url}${path}`]);
    const before = server.requests();
    expect(await obtain(remote(path), { log })).toEqual(found);
    expect(server.requests()).toBe(before);
    expect(readdirSync(cacheFolder())).toEqual(['weights.bin']);
  });

  it.each([
    ['/wrong', `has SHA-256 ${hashOf(WRONG)}, expected ${hashOf(CONTENT)}`],
    ['/short', 'has 1000 bytes, expected 300000'],
    ['/page', 'has 19 bytes, expected 300000'],
    ['/long', 'is longer than the 300000 bytes expected'],
  ])('%s: a file that is another is refused, with no way around', async (path, message) => {
    const error = await failureOf(remote(path));
    expect(error.message).toBe(`weights.bin from ${server.url}${path} ${message}`);
    expect(error.fix).toBeUndefined();
    expect(readdirSync(cacheFolder())).toEqual([]);
  });

  it.each([
    ['/missing', /: the server answers 404$/],
    ['/error', /: the server answers 503$/],
    ['/lies', /: .+$/],
    ['/cut', /: .+$/],
  ])('%s: a failure of the network tells the fix', async (path, reason) => {
    const error = await failureOf(remote(path));
    expect(error.reason).toMatch(reason);
    expect(error.reason).toContain(`weights.bin cannot be fetched from ${server.url}${path}`);
    expect(error.fix).toBe(
      'connect to the network, or set RESNET_MIRROR to a folder that holds checkpoints/weights.bin',
    );
    expect(error.message).toBe(`${error.reason}; ${error.fix}`);
    expect(existsSync(join(cacheFolder(), 'weights.bin'))).toBe(false);
  });

  it.each([
    ['/stalls', [partOf('weights.bin'), `${partOf('weights.bin')}.etag`]],
    ['/silent', []],
  ])('%s: is given up, and what has come is kept', async (path, kept) => {
    const error = await failureOf(remote(path), 100);
    expect(error.reason).toMatch(/nothing came for 0\.1 s/);
    expect(readdirSync(cacheFolder())).toEqual(kept);
  });

  it('tells the fix where the server is down, and where there is none', async () => {
    const gone = await loopback({});
    await gone.close();
    expect((await failureOf({ ...remote(''), url: `${gone.url}/good` })).reason).toMatch(/ECONNREFUSED/);
    expect((await failureOf({ ...remote(''), url: 'http://nowhere.invalid/' })).fix).toMatch(/RESNET_MIRROR/);
  });
});

describe('obtain from folders', () => {
  const place = (path: string, content: Uint8Array) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
    return join(folder, path);
  };

  it('uses the mirror in place', async () => {
    vi.stubEnv('RESNET_MIRROR', join(folder, 'mirror'));
    const path = place('mirror/checkpoints/weights.bin', CONTENT);
    expect(await obtain(remote('/missing'), { log })).toEqual({ path, sha256: hashOf(CONTENT) });
    expect(existsSync(cacheFolder())).toBe(false);
  });

  it('finds what is here without the network, and throws where that is damaged', async () => {
    expect(await findHere(remote('/good'))).toBeUndefined();
    const path = place('cache/weights.bin', CONTENT);
    expect(await findHere(remote('/good'))).toEqual({ path, sha256: hashOf(CONTENT) });
    writeFileSync(path, WRONG);
    await expect(findHere(remote('/good'))).rejects.toThrow(`has SHA-256 ${hashOf(WRONG)}`);
  });

  it('downloads what the mirror does not hold', async () => {
    vi.stubEnv('RESNET_MIRROR', join(folder, 'mirror'));
    expect((await obtain(remote('/good'), { log })).path).toBe(join(cacheFolder(), 'weights.bin'));
  });

  it.each([
    ['cache/weights.bin', 'delete'],
    ['mirror/checkpoints/weights.bin', 'replace it, or unset RESNET_MIRROR'],
  ])('refuses a damaged %s and names both hashes', async (where, fix) => {
    vi.stubEnv('RESNET_MIRROR', join(folder, 'mirror'));
    const path = place(where, WRONG);
    const error = await failureOf(remote('/good'));
    expect(error.message).toContain(`${path} has SHA-256 ${hashOf(WRONG)}, expected ${hashOf(CONTENT)}: ${fix}`);
    expect(error.fix).toBeUndefined();
    expect(readFileSync(path).equals(WRONG)).toBe(true);
  });
});

describe('a file of which little is published', () => {
  const little = (changes: Partial<RemoteFile>): RemoteFile => ({ ...remote('/good'), ...changes });

  it('is checked by the first digits of its hash, and that is said', async () => {
    const sha256 = hashOf(CONTENT).slice(0, 8);
    const file = little({ sha256, bytes: 300_400, within: 525 });
    const lines: string[] = [];
    expect((await obtain(file, { log: (line) => lines.push(line) })).sha256).toBe(hashOf(CONTENT));
    expect(lines[1]).toBe(
      `weights.bin is checked by the first 8 digits of its SHA-256, since no more are published: ${hashOf(CONTENT)}`,
    );
  });

  it.each([
    [
      'other digits',
      { sha256: hashOf(WRONG).slice(0, 8) },
      `expected one that begins with ${hashOf(WRONG).slice(0, 8)}`,
    ],
    ['too few digits', { sha256: hashOf(CONTENT).slice(0, 7) }, 'expected one that begins with'],
    ['a length too short', { bytes: 300_600, within: 525 }, 'has 300000 bytes, expected 300600'],
    ['a length too long', { bytes: 299_400, within: 525 }, 'is longer than the 299400 bytes expected'],
  ])('is refused by %s', async (_, changes, message) => {
    expect((await failureOf(little(changes))).message).toContain(message);
    expect(readdirSync(cacheFolder())).toEqual([]);
  });

  it('comes from a mirror alone where it has no address', async () => {
    const error = await failureOf(little({ url: undefined }));
    expect(error.message).toBe(
      'weights.bin has no public address; set RESNET_MIRROR to a folder that holds checkpoints/weights.bin',
    );
    expect(error.fix).toBe('set RESNET_MIRROR to a folder that holds checkpoints/weights.bin');
  });
});

describe('the cache folder', () => {
  it.each([
    [{ RESNET_CACHE: '/a/b' }, 'linux', '/a/b'],
    [{ XDG_CACHE_HOME: '/x' }, 'linux', '/x/resnet-bench'],
    [{}, 'linux', '/home/me/.cache/resnet-bench'],
    [{ XDG_CACHE_HOME: '' }, 'freebsd', '/home/me/.cache/resnet-bench'],
    [{ XDG_CACHE_HOME: '/x' }, 'darwin', '/home/me/Library/Caches/resnet-bench'],
    [{ LOCALAPPDATA: '/local' }, 'win32', '/local/resnet-bench'],
    [{}, 'win32', '/home/me/AppData/Local/resnet-bench'],
  ])('with %j on %s is %s', (env, platform, expected) => {
    expect(cacheFolderOf(env, platform, '/home/me').replaceAll('\\', '/').replace(/^\w:/, '')).toBe(expected);
  });
});

describe('the table', () => {
  it.for([...AKAMASTER.map(({ file }) => file), CIFAR10_FILES.first1000])(
    '$mirror is what the mirror holds',
    (file, { skip }) => {
      vi.unstubAllEnvs();
      const bytes = mirrorFile(skip, file.mirror);
      expect({ bytes: bytes.length, sha256: hashOf(bytes) }).toEqual({ bytes: file.bytes, sha256: file.sha256 });
    },
  );
});
