import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ImageArchive } from '../../../reference/datasets/archive.ts';
import { obtainCifar100 } from '../../../reference/datasets/cifar100.node.ts';
import { CIFAR100, type Cifar100Files } from '../../../reference/datasets/cifar100.ts';
import { RAW, resizedTo } from '../../../reference/datasets/preprocessing.ts';
import { unpackedFolder } from '../../../reference/datasets/unpack.node.ts';
import { type Loopback, loopback } from '../loopback.ts';
import { tarEntry } from '../tarfile.ts';

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const log = () => {};
let folder: string;
let server: Loopback;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resnet-archive-'));
  vi.stubEnv('RESNET_CACHE', join(folder, 'cache'));
  vi.stubEnv('RESNET_MIRROR', undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
  await server.close();
});

/** Serves a tar of these files, compressed. */
async function serve(...files: (readonly [name: string, content: string | Uint8Array])[]) {
  const entries = files.map(([name, content]) => tarEntry(name, Buffer.from(content as string)));
  const archive = gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)]));
  server = await loopback({ '/set.tgz': (reply) => void reply.end(archive) });
  const [url, bytes] = [`${server.url}/set.tgz`, archive.length];
  return { name: 'set.tgz', url, sha256: hashOf(archive), bytes, mirror: 'set.tgz' };
}

const source = (archive: ImageArchive['archive'], files: number): ImageArchive => ({
  archive,
  folder: 'set/val',
  name: 'set-val',
  files,
});

describe('an archive of images', () => {
  it('is downloaded and unpacked once, and then removed', async () => {
    const archive = await serve(['set/train/a/1.png', 'x'], ['set/val/a/b 1.png', 'one'], ['set/val/b/2.png', 'two']);
    const path = await unpackedFolder(source(archive, 2), { log });
    expect(path).toBe(join(folder, 'cache', 'set-val'));
    expect(readdirSync(join(folder, 'cache'))).toEqual(['set-val']);
    expect(readFileSync(join(path, 'a', 'b 1.png'), 'utf8')).toBe('one');
    expect(existsSync(join(path, 'b', '2.png'))).toBe(true);
    expect(await unpackedFolder(source(archive, 2), { log })).toBe(path);
    expect(server.requests()).toBe(1);
  });

  it('with too few files, or one that leads away, leaves nothing', async () => {
    const archive = await serve(['set/val/a/1.png', 'one']);
    await expect(unpackedFolder(source(archive, 2), { log })).rejects.toThrow('has 1 files in set/val, expected 2');
    expect(readdirSync(join(folder, 'cache'))).toEqual(['set.tgz']);
    await server.close();
    rmSync(join(folder, 'cache'), { recursive: true });
    const evil = await serve(['set/val/../../../evil.png', 'one']);
    await expect(unpackedFolder(source(evil, 1), { log })).rejects.toThrow('the archive has a file outside of set/val');
    expect(readdirSync(join(folder, 'cache'))).toEqual(['set.tgz']);
    expect(existsSync(join(folder, 'evil.png'))).toBe(false);
  });

  it('that cannot be had says what to do', async () => {
    const archive = await serve();
    await server.close();
    await expect(unpackedFolder(source(archive, 1), { log })).rejects.toMatchObject({
      fix: 'connect to the network, or set RESNET_MIRROR to a folder that holds set.tgz',
    });
  });
});

describe('CIFAR-100', () => {
  const RECORD = 3074;
  const TWO = Uint8Array.from({ length: 2 * RECORD }, (_, i) =>
    i % RECORD === 0 ? 19 : i % RECORD === 1 ? 98 : i % 251,
  );
  const files = async (test: Uint8Array): Promise<Cifar100Files> => ({
    archive: await serve(['folder/train.bin', 'x'], ['folder/test.bin', test]),
    member: { path: 'folder/test.bin', name: 'test.bin', bytes: test.length, sha256: hashOf(test) },
  });

  it('is unpacked, and its fine labels and its pixels are read by range', async () => {
    const given = await files(TWO);
    const found = await obtainCifar100({ log, files: given });
    expect(found).toMatchObject({ images: 2, beside: [join(folder, 'cache', 'test.bin')] });
    const set = await CIFAR100.open(found.path, RAW, async (path, range) => {
      const bytes = new Uint8Array(await readFile(path));
      return range === undefined ? bytes : bytes.slice(range.start, range.start + range.length);
    });
    expect([set.count, [...(set.labels as number[])]]).toEqual([2, [98, 98]]);
    expect([...(await set.image(1))]).toEqual([...TWO.subarray(RECORD + 2)]);
    expect(await obtainCifar100({ log, files: given })).toEqual(found);
    expect(server.requests()).toBe(1);
    await expect(CIFAR100.open(found.path, resizedTo(256), async () => new Uint8Array())).rejects.toThrow(
      'images of CIFAR-100 are not resized',
    );
  });

  it('that is damaged or something else is refused', async () => {
    const given = await files(TWO);
    await obtainCifar100({ log, files: given });
    rmSync(join(folder, 'cache', 'test.bin'));
    await server.close();
    const other = await files(Uint8Array.from(TWO).fill(100, 1, 2));
    await expect(obtainCifar100({ log, files: other })).rejects.toThrow('image 0 has label 100');
    const wrong = { ...other, member: { ...other.member, sha256: hashOf(TWO) } };
    await expect(obtainCifar100({ log, files: wrong })).rejects.toThrow(/has SHA-256 .*delete it and run again/);
  });
});
