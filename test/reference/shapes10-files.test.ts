import { mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { preprocessingOf } from '../../reference/datasets/fits.ts';
import { obtainFolder } from '../../reference/datasets/packed-folder.node.ts';
import { RAW, resizedTo } from '../../reference/datasets/preprocessing.ts';
import { shapeFolder } from '../../reference/datasets/shapes10-files.node.ts';
import { SHAPES10_FILES } from '../../reference/datasets/shapes10-files.ts';
import { SHIPPED } from './checkpoints.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resnet-bench-'));
  vi.stubEnv('RESNET_CACHE', join(folder, 'cache'));
  vi.stubGlobal('fetch', () => Promise.reject(new Error('this set needs no network')));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  rmSync(folder, { recursive: true });
});

/** The first images, with the hash that scripts/shape-files.ts prints. */
const FEW = { images: 30, sha256: '45b0ed197a2b6a2d73bee1d988295932cdef670b3ff1e9b4765399d3cc0d164d' };

const imagesIn = (set: string): string[] =>
  readdirSync(set, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(jpeg|png)$/.test(name));

describe('the shipped set as files', () => {
  it('is written once, and again where a file is changed or gone', async () => {
    const lines: string[] = [];
    const options = { log: (line: string) => void lines.push(line), written: FEW };
    const set = await shapeFolder(options);
    expect(imagesIn(set)).toHaveLength(30);
    expect(await shapeFolder(options)).toBe(set);
    const writing = 'writing 30 images of rendered shapes as files';
    expect(lines).toEqual([writing]);

    const [name = ''] = imagesIn(set);
    const bytes = readFileSync(join(set, name));
    for (const damage of [() => unlinkSync(join(set, name)), () => writeFileSync(join(set, name), bytes.subarray(1))]) {
      lines.length = 0;
      damage();
      expect(await shapeFolder(options)).toBe(set);
      expect(readFileSync(join(set, name)).equals(bytes)).toBe(true);
      expect(lines).toEqual([`${set} is damaged, so its images are written again`, writing]);
    }
    expect(readdirSync(join(folder, 'cache'))).toHaveLength(1);
  });

  it('is refused where other pixels are written than everywhere else, and nothing is kept', async () => {
    const written = { images: 10, sha256: FEW.sha256 };
    await expect(shapeFolder({ log: () => {}, written })).rejects.toThrow(
      `expected ${FEW.sha256}: install the version of sharp that package.json names`,
    );
    expect(readdirSync(join(folder, 'cache'))).toEqual([]);
  });

  it('is resized to the size of the set whose classes it has, and a network’s own resize stays', () => {
    const own = preprocessingOf(SHAPES10_FILES, SHIPPED.preprocessing);
    expect(own).toEqual({ ...SHIPPED.preprocessing, resize: { shorterSide: 32, crop: 32, interpolation: 'bilinear' } });
    expect(preprocessingOf(SHAPES10_FILES, resizedTo(40)).resize?.shorterSide).toBe(40);
    expect(preprocessingOf(undefined, SHIPPED.preprocessing)).toEqual(SHIPPED.preprocessing);
  });

  it('is labelled by its folders, and decoded to 32×32', async () => {
    const log = () => {};
    const set = await shapeFolder({ log, written: FEW });
    const head = { model: 'resnet8', classes: SHAPES10_FILES.classes, names: undefined };
    const found = await obtainFolder({ folder: set, labels: undefined }, head, {
      preprocessing: preprocessingOf(SHAPES10_FILES, RAW),
      log,
    });
    const resumed = found.decoding?.resume();
    await vi.waitFor(() => expect(found.decoding?.isOpen()).toBe(false), { timeout: 20_000 });
    resumed?.();
    const opened = await SHAPES10_FILES.open(found.path, RAW, async (path, range) => {
      const bytes = new Uint8Array(readFileSync(path));
      return range === undefined ? bytes : bytes.slice(range.start, range.start + range.length);
    });
    expect([opened.count, (await opened.image(0)).length]).toEqual([30, 3072]);
    const wanted = imagesIn(set).map((name) => Number(name[0]));
    expect(Array.from(opened.labels).sort()).toEqual(wanted.sort());
    await found.release?.();
  });
});
