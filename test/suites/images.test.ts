import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parsePack } from '../../reference/datasets/pack.ts';
import { RAW, resizedTo } from '../../reference/datasets/preprocessing.ts';
import { checkpointName } from '../../reference/weights/checkpoints.ts';
import { findImages, type ImageOptions } from '../../suites/engine/images.ts';
import type { LabelledData } from '../../suites/plan/profiles.ts';
import { AKAMASTER, TINY, TORCHVISION } from '../reference/checkpoints.ts';
import { mirrorPath } from '../reference/mirror.ts';

let folder: string;
let lines: string[];
const at = (...parts: string[]) => join(folder, ...parts);
const find = (models: readonly string[], more: Partial<ImageOptions>) =>
  findImages({ models, own: [], data: undefined, log: (line) => lines.push(line), ...more });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resnet images ü '));
  lines = [];
  vi.stubEnv('RESNET_CACHE', at('cache'));
  vi.stubEnv('RESNET_IMAGENET', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const [row] = TORCHVISION;
if (row === undefined) throw new Error('no checkpoint');
const IMAGENET_MODEL = checkpointName(row);

const given = (more: Partial<LabelledData>): LabelledData => ({
  folder: undefined,
  set: undefined,
  labels: undefined,
  preprocessing: undefined,
  ...more,
});

/** Writes an image of one colour. */
async function put(name: string, width: number, height: number, grey: number): Promise<void> {
  const path = at(name);
  mkdirSync(join(path, '..'), { recursive: true });
  const background = { r: grey, g: grey, b: grey };
  await sharp({ create: { width, height, channels: 3, background } }).toFile(path);
}

/** A PNG whose header says that it is so large, with its checksum and nothing after it. */
function bomb(side: number): Buffer {
  const chunk = Buffer.concat([Buffer.from('IHDR'), Buffer.alloc(8), Buffer.from([8, 2, 0, 0, 0])]);
  chunk.writeUInt32BE(side, 4);
  chunk.writeUInt32BE(side, 8);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(13);
  checksum.writeUInt32BE(crc32(chunk));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), length, chunk, checksum, Buffer.alloc(64)]);
}

describe('the images of a trained model', () => {
  it('are missing, with the fix, where they may not be downloaded, and none where it has no checkpoint', async () => {
    const models = [IMAGENET_MODEL, 'resnet18.seed0', 'net.user'];
    const images = await find(models, {});
    expect(models.map((model) => images.of(model))).toEqual([
      {
        reason: `the ImageNet validation set is not in ${at('cache', 'imagenet-1k')}, and may not be downloaded`,
        fix: expect.stringContaining('set RESNET_IMAGENET to its folder'),
      },
      undefined,
      undefined,
    ]);
    expect(images.mounts).toEqual({});
  });

  it('are those of its data set, with what it was trained to be fed, found once for all', async ({ skip }) => {
    const path = mirrorPath(skip, 'cifar10/test_first1000.bin');
    const models = [...AKAMASTER, TINY];
    const images = await find(models.map(checkpointName), {});
    for (const row of models) {
      const { dataset, preprocessing, predictions, counted } = row;
      const expected = counted && counted.right / counted.images;
      const name = 'CIFAR-10 test set, first 1000 images';
      expect(images.of(checkpointName(row))).toEqual({ dataset, path, name, preprocessing, predictions, expected });
    }
    expect(Object.values(images.mounts)).toEqual([path]);
  });

  it('are refused where it was trained for other classes', async () => {
    await expect(find([IMAGENET_MODEL], { data: given({ set: 'cifar10' }) })).rejects.toThrow(
      `${IMAGENET_MODEL} was trained for the classes of imagenet-1k, and the CIFAR-10 test set has those of cifar10: score it on images of imagenet-1k`,
    );
    await expect(find(['resnet20.akamaster'], { data: given({ set: 'imagenette' }) })).rejects.toThrow(
      'resnet20.akamaster was trained for the classes of cifar10',
    );
    const own = { own: [{ id: 'net.user', classes: 7 }], data: given({ set: 'cifar10', preprocessing: RAW }) };
    await expect(find(['net.user'], own)).rejects.toThrow('net.user has 7 classes, the CIFAR-10 test set 10');
    for (const name of ['cat', 'dog']) await put(`set/${name}/1.png`, 32, 32, 9);
    await expect(find([IMAGENET_MODEL], { data: given({ folder: at('set') }) })).rejects.toThrow(
      "no label (such as 'cat') is a class of resnet18.tv_in1k",
    );
  });
});

describe('a folder of images', () => {
  it('is refused for the models that it does not fit, and scored on the others', async () => {
    for (const name of ['cat', 'dog']) await put(`set/${name}/1.png`, 240, 230, name.length);
    const own = [
      { id: 'two.user', classes: 2 },
      { id: 'three.user', classes: 3 },
    ];
    const data = given({ folder: at('set'), preprocessing: resizedTo(256) });
    const images = await find(['two.user', 'three.user'], { own, data });
    expect(images.of('two.user')).toMatchObject({ name: 'set' });
    expect(images.of('three.user')).toEqual({
      reason: "three.user has 3 classes, and there are 2 labels, such as 'cat'",
      fix: expect.stringContaining('give as many as it has classes'),
    });
  });

  it("is scored against all of ImageNet's classes, what is no image is left out, and a page gets no other files", async () => {
    await put('val/n01440764/1.JPEG', 300, 260, 10);
    await put('val/n03888257/2.png', 260, 300, 20);
    writeFileSync(at('val/n03888257/3.JPEG'), 'this is text');
    writeFileSync(at('val/n03888257/4.JPEG'), '');
    const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
    const whole = await sharp({ create: { width: 300, height: 300, channels: 3, background: 'red', noise } })
      .jpeg()
      .toBuffer();
    writeFileSync(at('val/n03888257/5 truncated.jpg'), whole.subarray(0, whole.length / 2));
    writeFileSync(at('val/n03888257/6 bomb.png'), bomb(100_000));
    const data = given({ folder: at('val') });
    const images = await find([IMAGENET_MODEL], { data });
    const found = images.of(IMAGENET_MODEL);
    expect(found).toMatchObject({ dataset: undefined, name: 'val', preprocessing: resizedTo(256) });
    const mounted = Object.entries(images.mounts);
    const isThere = mounted.filter(([, path]) => existsSync(path)).map(([url]) => url);
    expect(isThere.map((url) => url.replace(/[0-9a-f]{32}/, 'KEY'))).toEqual([
      expect.stringMatching(/^\/images\/folder\/KEY\.[0-9a-f]{8}\..*\.journal$/),
      expect.stringMatching(/^\/images\/folder\/KEY\.[0-9a-f]{8}\.pack$/),
      '/image-files/folder/n01440764/1.JPEG',
      '/image-files/folder/n03888257/2.png',
      '/image-files/folder/n03888257/3.JPEG',
      '/image-files/folder/n03888257/4.JPEG',
      '/image-files/folder/n03888257/5 truncated.jpg',
      '/image-files/folder/n03888257/6 bomb.png',
    ]);
    // Images resized in other ways are made where a score is in doubt.
    const ways = (found && 'path' in found && found.resized) || [];
    // The pack's description is written when all images are decoded.
    expect(mounted).toHaveLength(isThere.length + 1 + 2 * ways.length);
    for (const { path } of ways) expect(mounted.map(([, file]) => file)).toContain(path);
    expect(ways[0]?.changes).toEqual([]);
    expect(found).toMatchObject({ files: '/image-files/folder/' });
    expect(images.mounts['/image-files/folder/n03888257/2.png']).toBe(realpathSync(at('val/n03888257/2.png')));
    const decoding = images.decoding(IMAGENET_MODEL);
    decoding?.resume();
    await vi.waitFor(() => expect(decoding?.isOpen()).toBe(false));
    expect(lines.some((line) => line.startsWith('4 images are left out: '))).toBe(true);
    const { skipped, names } = parsePack(
      readFileSync(found && 'path' in found ? found.path.replace(/\.[^/]*$/, '.json') : '', 'utf8'),
    );
    expect([...(names ?? [])].sort()).toEqual(['n01440764/1.JPEG', 'n03888257/2.png']);
    const reasons = Object.fromEntries(skipped.first.map(({ name, reason }) => [name.slice(10), reason]));
    expect(reasons).toEqual({
      '3.JPEG': expect.stringContaining('not a JPEG, PNG or WebP image'),
      '4.JPEG': 'the file is empty',
      '5 truncated.jpg': expect.stringContaining('the JPEG'),
      '6 bomb.png': expect.stringContaining('the PNG has 100000×100000 pixels'),
    });
    await images.release();
  });

  it('that is not resized must have square images of one size', async () => {
    await put('set/a/1.png', 32, 32, 9);
    await put('set/b/2.png', 32, 31, 9);
    const own = { own: [{ id: 'net.user', classes: 2 }], data: given({ folder: at('set'), preprocessing: RAW }) };
    await expect(find(['net.user'], own)).rejects.toThrow(
      /2.png has 32×31 pixels, and images that are not resized must be square and of one size, here 32×32/,
    );
    await put('set/b/2.png', 32, 32, 8);
    expect((await find(['net.user'], own)).of('net.user')).toMatchObject({ preprocessing: RAW });
  });

  it('of ImageNet is found as torchvision and as Kaggle unpack it', async () => {
    await put('torch/val/n01440764/1.JPEG', 300, 260, 10);
    await put('kaggle/ILSVRC/Data/CLS-LOC/val/ILSVRC2012_val_00000001.JPEG', 300, 260, 10);
    writeFileSync(
      at('kaggle/LOC_val_solution.csv'),
      'ImageId,PredictionString\nILSVRC2012_val_00000001,n01440764 1 2 3 4 \n',
    );
    for (const name of ['torch', 'kaggle']) {
      vi.stubEnv('RESNET_IMAGENET', at(name));
      const images = await find([IMAGENET_MODEL], {});
      expect(images.of(IMAGENET_MODEL)).toMatchObject({
        dataset: 'imagenet-1k',
        name: 'ImageNet validation set, 1 of 50000 images',
      });
    }
  });
});
