import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { INTERPOLATIONS, NORMALISED, RAW, resizedTo } from '../../reference/datasets/preprocessing.ts';
import { readData } from '../../suites/plan/data.ts';
import { planRun } from '../../suites/plan/plan.ts';
import { parsePreprocessing } from '../../suites/plan/preprocess.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet data '));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
mkdirSync(at('images'));
writeFileSync(at('labels.csv'), 'a,1');

describe('a preprocessing', () => {
  it('is read from JSON, and what is left out does nothing', () => {
    const text =
      '{"resize": 232, "crop": 224, "interpolation": "bicubic", "mean": [0.5, 0.5, 0.5], "deviation": [1, 2, 3], "divisor": 1}';
    expect(parsePreprocessing(text)).toEqual({
      resize: { shorterSide: 232, crop: 224, interpolation: 'bicubic' },
      divisor: 1,
      mean: [0.5, 0.5, 0.5],
      deviation: [1, 2, 3],
    });
    expect(parsePreprocessing('{}')).toEqual({
      resize: undefined,
      divisor: 255,
      mean: [0, 0, 0],
      deviation: [1, 1, 1],
    });
  });

  it('names every interpolation, and whether an image keeps its shape', () => {
    const resizeOf = (more: string) => parsePreprocessing(`{"resize": 36, "crop": 32${more}}`).resize;
    const plain = { shorterSide: 36, crop: 32, interpolation: 'bilinear' };
    expect(resizeOf(', "fit": "crop"')).toEqual(plain);
    expect(resizeOf(', "fit": "squash"')).toEqual({ ...plain, fit: 'squash' });
    for (const interpolation of INTERPOLATIONS)
      expect(resizeOf(`, "interpolation": "${interpolation}"`)).toEqual({ ...plain, interpolation });
  });

  it.each([
    ['{"resize": 32, "crop": 32, "fit": "squish"}', "did you mean 'squash'?"],
    ['{"fit": "squash"}', 'fit says how to resize: give resize and crop too'],
    ['{"reszie": 256, "crop": 224}', "unknown key 'reszie': did you mean 'resize'?"],
    ['{"resize": 256, "crop": 224, "interpolation": "bilinaer"}', "did you mean 'bilinear'?"],
    ['{"resize": 256}', 'resize (pixels of the shorter side) and crop (of a side) must be whole numbers'],
    ['{"resize": 256, "crop": 0}', 'must be whole numbers'],
    ['{"interpolation": "bilinear"}', 'give resize and crop too'],
    ['{"mean": [1, 2]}', 'mean must be three numbers, of red, green and blue'],
    ['{"mean": 1}', 'mean must be three numbers'],
    ['{"deviation": [1, 0, 1]}', 'deviation must be three numbers above 0'],
    ['{"divisor": 128}', 'divisor must be 255, or 1 for bytes as they are'],
    ['[]', 'it is not a JSON object'],
    ['{', 'JSON'],
  ])('%s is refused', (text, message) => expect(() => parsePreprocessing(text)).toThrow(message));
});

describe('images that are given', () => {
  it('are a folder with labels, or a data set', async () => {
    const data = { folder: at('images'), set: undefined, labels: at('labels.csv'), preprocessing: undefined };
    expect(await readData({ data: at('images'), labels: at('labels.csv') })).toEqual(data);
    expect(await readData({ data: 'imagenette' })).toMatchObject({ folder: undefined, set: 'imagenette' });
    expect(await readData({})).toBeUndefined();
  });

  it('go with the preprocessing of a custom model', async () => {
    const ask = { data: at('images'), files: ['net.onnx'] };
    for (const [preprocess, expected] of [
      ['imagenet', resizedTo(256)],
      ['cifar', NORMALISED],
      ['raw', RAW],
    ] as const)
      expect((await readData({ ...ask, preprocess }))?.preprocessing).toEqual(expected);
    writeFileSync(at('p.json'), '{"divisor": 1}');
    expect((await readData({ ...ask, preprocess: at('p.json') }))?.preprocessing).toEqual(RAW);
    writeFileSync(at('bad.json'), '{"dvisor": 1}');
    const read = (preprocess: string) => readData({ ...ask, preprocess });
    await expect(read(at('bad.json'))).rejects.toThrow(/bad.json: unknown key 'dvisor': did you mean 'divisor'\?/);
    await expect(read('imagnet')).rejects.toThrow("unknown preprocessing 'imagnet': did you mean 'imagenet'?");
  });

  it.each([
    [{ data: 'imagenete' }, "no folder imagenete, and unknown data set 'imagenete': did you mean 'imagenette'?"],
    [{ data: './imagenete' }, /^no folder .\/imagenete$/],
    [{ data: at('labels.csv') }, 'labels.csv is a file: give --data the folder of the images'],
    [{ labels: at('labels.csv') }, '--labels is for images that --data names'],
    [{ preprocess: 'raw' }, '--preprocess is for images that --data names'],
    [{ data: at('images'), labels: at('none.csv') }, /no labels file .*none.csv/],
    [{ data: 'imagenette', labels: at('labels.csv') }, 'imagenette has its own labels: leave --labels out'],
    [{ data: at('images'), preprocess: 'raw' }, '--preprocess is for custom models (--model)'],
    [{ data: at('images'), files: ['net.onnx'] }, 'give --preprocess imagenet, cifar, raw, or a JSON file'],
  ])('%j are refused', (ask, message) => expect(readData(ask)).rejects.toThrow(message));

  it('are an error where nothing is scored on them', async () => {
    const ask = { data: at('images'), queries: ['latency:resnet20.akamaster'] };
    await expect(planRun(ask)).rejects.toThrow('no cell does that: add accuracy to the suites');
    const imagenet = { queries: ['accuracy:resnet50.tv_in1k'], data: 'cifar10' };
    await expect(planRun(imagenet)).rejects.toThrow(
      'resnet50.tv_in1k was trained for the classes of imagenet-1k, and the CIFAR-10 test set has those of cifar10: score it on images of imagenet-1k',
    );
    await expect(planRun({ ...ask, queries: ['accuracy:resnet50.tv_in1k:::64:ort-node/cpu'] })).rejects.toThrow(
      'images are cropped to 224×224, and the cell is of 64×64: leave its size open',
    );
    const { cells } = await planRun({ ...ask, queries: ['accuracy:resnet50.tv_in1k:::224:ort-node/cpu'] });
    expect(cells).toHaveLength(1);
  });
});
