import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { obtainCifar } from '../../reference/datasets/cifar10.node.ts';
import type { CifarFiles } from '../../reference/datasets/cifar10.ts';
import { NORMALISED, RAW, resizedTo } from '../../reference/datasets/preprocessing.ts';
import { tarMember } from '../../reference/datasets/tar.node.ts';
import golden from '../../reference/golden/akamaster.json' with { type: 'json' };
import { cifarImages } from './cifar-images.ts';
import { sha256 } from './compare.ts';
import { type Loopback, loopback } from './loopback.ts';
import { mirrorFile } from './mirror.ts';
import { tarEntry } from './tarfile.ts';

const RECORD = 3073;
const TWO = Uint8Array.from({ length: 2 * RECORD }, (_, i) => (i % RECORD === 0 ? 3 + i / RECORD : (i * 7) % 256));
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('cifarImages', () => {
  it('reads labels and normalises by channel', () => {
    const { count, labels, image } = cifarImages(TWO, NORMALISED);
    expect([count, ...labels]).toEqual([2, 3, 4]);
    const first = image(0);
    for (const [channel, [mean, deviation]] of [
      [0.485, 0.229],
      [0.456, 0.224],
      [0.406, 0.225],
    ].entries()) {
      const byte = TWO[1 + channel * 1024 + 5] ?? 0;
      expect(first[channel * 1024 + 5]).toBeCloseTo((byte / 255 - (mean ?? 0)) / (deviation ?? 1), 6);
    }
    expect(image(1)[0]).toBeCloseTo(((TWO[RECORD + 1] ?? 0) / 255 - 0.485) / 0.229, 6);
  });

  it('normalises 1,000 images as PyTorch does, bit for bit', ({ skip }) => {
    const images = cifarImages(mirrorFile(skip, 'cifar10/test_first1000.bin'), NORMALISED);
    expect(images.count).toBe(golden.images.count);
    expect(sha256(...Array.from({ length: images.count }, (_, i) => images.image(i)))).toBe(golden.images.sha256);
  });

  it('refuses other files, and images that are not there', () => {
    expect(() => cifarImages(TWO.subarray(1), NORMALISED)).toThrow(
      '6145 bytes are not a whole number of CIFAR-10 images of 3073 bytes',
    );
    expect(() => cifarImages(new Uint8Array(), NORMALISED)).toThrow(/0 bytes/);
    expect(() => cifarImages(TWO, resizedTo(256))).toThrow('images of CIFAR-10 are not resized');
    expect([...cifarImages(TWO, RAW).image(1)]).toEqual([...TWO.subarray(RECORD + 1)]);
    expect(() => cifarImages(Uint8Array.from(TWO).fill(10, RECORD, RECORD + 1), NORMALISED)).toThrow(
      'image 1 has label 10',
    );
    for (const i of [-1, 2, 0.5]) expect(() => cifarImages(TWO, NORMALISED).image(i)).toThrow(`no image ${i} among 2`);
  });
});

const TAR = Buffer.concat([
  tarEntry('folder/', new Uint8Array()),
  tarEntry('folder/other.bin', new Uint8Array(700)),
  tarEntry('folder/test.bin', TWO),
  Buffer.alloc(1024),
]);

async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('tarMember', () => {
  it.each([1, 100, 512, 100_000])('finds a file in pieces of %i bytes', async (size) => {
    expect(Buffer.compare(await tarMember(pieces(TAR, size), 'folder/test.bin', TWO.length), TWO)).toBe(0);
  });

  it('says what it did not find', async () => {
    await expect(tarMember(pieces(TAR, 512), 'none', 1)).rejects.toThrow('the archive ends before it has given none');
    await expect(tarMember(pieces(TAR.subarray(0, 4000), 512), 'folder/test.bin', TWO.length)).rejects.toThrow(
      /ends before/,
    );
    await expect(tarMember(pieces(Buffer.alloc(2048, 'x'), 512), 'none', 1)).rejects.toThrow(
      'the archive is no tar file',
    );
  });
});

describe('obtainCifar', () => {
  let folder: string;
  let server: Loopback;
  const log = () => undefined;
  const filesFor = (archive: Uint8Array): CifarFiles => ({
    archive: {
      name: 'cifar.tar.gz',
      url: `${server.url}/cifar.tar.gz`,
      sha256: hashOf(archive),
      bytes: archive.length,
      mirror: 'cifar10/cifar.tar.gz',
    },
    member: { path: 'folder/test.bin', name: 'cifar10-test.bin', bytes: TWO.length },
    first1000: { sha256: hashOf(TWO.subarray(0, RECORD)), bytes: RECORD, mirror: 'cifar10/first.bin' },
  });
  const serve = async (archive: Uint8Array) => {
    server = await loopback({ '/cifar.tar.gz': (reply) => void reply.end(archive) });
    return filesFor(archive);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'resnet-bench-'));
    vi.stubEnv('RESNET_CACHE', join(folder, 'cache'));
    vi.stubEnv('RESNET_MIRROR', undefined);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
    await server.close();
  });

  it('downloads the archive, keeps only the test set, and finds it again', async () => {
    const files = await serve(gzipSync(TAR));
    const path = join(folder, 'cache', 'cifar10-test.bin');
    expect(await obtainCifar({ log, files })).toEqual({ path, images: 2, source: 'download' });
    expect(readFileSync(path).equals(TWO)).toBe(true);
    expect(readdirSync(join(folder, 'cache'))).toEqual(['cifar10-test.bin', 'cifar10-test.bin.sha256']);
    expect(readFileSync(`${path}.sha256`, 'utf8')).toBe(`${hashOf(TWO)}\n`);
    expect(await obtainCifar({ log, files })).toEqual({ path, images: 2, source: 'cache' });
    expect(server.requests()).toBe(1);
    writeFileSync(path, TWO.subarray(0, RECORD));
    await expect(obtainCifar({ log, files })).rejects.toThrow(`delete ${path} and run again`);
    writeFileSync(path, Uint8Array.from(TWO).fill(9, 0, 1));
    await expect(obtainCifar({ log, files })).rejects.toThrow(`delete ${path} and run again`);
  });

  it('notices one flipped bit of any image in the cache, not of the first ones alone', async () => {
    const files = await serve(gzipSync(TAR));
    const { path } = await obtainCifar({ log, files });
    for (const at of [0, 1, RECORD - 1, RECORD, RECORD + 1000, TWO.length - 1]) {
      const bytes = Uint8Array.from(TWO);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(path, bytes);
      await expect(obtainCifar({ log, files }), `byte ${at}`).rejects.toThrow(
        `${path} has SHA-256 ${hashOf(bytes)}, expected ${hashOf(TWO)}: delete ${path} and run again`,
      );
    }
    rmSync(path);
    expect(await obtainCifar({ log, files })).toMatchObject({ images: 2, source: 'download' });
  });

  it.each([
    ['missing', (path: string) => rmSync(path)],
    ['cut short', (path: string) => writeFileSync(path, 'abc')],
    ['no hash', (path: string) => writeFileSync(path, 'z'.repeat(65))],
  ])('does not use a test set where the hash beside it is %s, and says so', async (_, spoil) => {
    const files = await serve(gzipSync(TAR));
    const { path } = await obtainCifar({ log, files });
    writeFileSync(path, Uint8Array.from(TWO).fill(7, TWO.length - 9));
    spoil(`${path}.sha256`);
    const lines: string[] = [];
    expect((await obtainCifar({ log: (line) => lines.push(line), files })).source).toBe('download');
    expect(lines[0]).toBe(`${path} has no SHA-256 beside it, so it is not used`);
    expect(readFileSync(path).equals(TWO)).toBe(true);
    expect((await obtainCifar({ log, files })).source).toBe('cache');
  });

  it('prefers a mirror to a download', async () => {
    const files = await serve(gzipSync(TAR));
    vi.stubEnv('RESNET_MIRROR', folder);
    mkdirSync(join(folder, 'cifar10'));
    const path = join(folder, 'cifar10', 'first.bin');
    writeFileSync(path, TWO.subarray(0, RECORD));
    expect(await obtainCifar({ log, files })).toEqual({ path, images: 1, source: 'mirror' });
    expect(server.requests()).toBe(0);
    writeFileSync(path, TWO);
    await expect(obtainCifar({ log, files })).rejects.toThrow(/expected .*: replace it, or unset RESNET_MIRROR/);
  });

  it('leaves an archive in the mirror where it is', async () => {
    const archive = gzipSync(TAR);
    const files = await serve(archive);
    vi.stubEnv('RESNET_MIRROR', folder);
    mkdirSync(join(folder, 'cifar10'));
    writeFileSync(join(folder, 'cifar10', 'cifar.tar.gz'), archive);
    expect((await obtainCifar({ log, files })).images).toBe(2);
    expect(existsSync(join(folder, 'cifar10', 'cifar.tar.gz'))).toBe(true);
    expect(server.requests()).toBe(0);
  });

  it('names the subset as the fix where nothing can be fetched', async () => {
    const files = await serve(gzipSync(TAR));
    await server.close();
    const error: Error & { fix?: string } = await obtainCifar({ log, files }).catch((error) => error);
    expect(error.fix).toBe('connect to the network, or set RESNET_MIRROR to a folder that holds cifar10/first.bin');
  });

  it.each([
    ['is cut off', gzipSync(TAR.subarray(0, 4000)), /ends before it has given folder\/test\.bin/],
    ['is no gzip', TAR, /incorrect header check/],
    ['holds another test set', gzipSync(tarEntry('folder/test.bin', TWO.subarray(1))), /has 6145 bytes, expected 6146/],
  ])('refuses an archive that %s, and keeps nothing of it', async (_, archive, expected) => {
    const files = await serve(archive);
    await expect(obtainCifar({ log, files })).rejects.toThrow(expected);
    expect(readdirSync(join(folder, 'cache'))).toEqual(['cifar.tar.gz']);
  });
});
