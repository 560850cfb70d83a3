import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DataSetModule } from '../../reference/datasets/dataset.ts';
import { DATA_SETS, findDataSet } from '../../reference/datasets/datasets.ts';
import { byteValues, NORMALISED, RAW } from '../../reference/datasets/preprocessing.ts';
import { FAMILIES, findModel } from '../../reference/models/models.ts';
import { CHECKPOINTS, checkpointName } from '../../reference/weights/checkpoints.ts';

describe('data sets', () => {
  it.each(DATA_SETS)('$id can be found on a machine by a module of its own', async ({ id, classes, images }) => {
    const module = (await import(`../../reference/datasets/${id}.node.ts`)) as DataSetModule;
    expect(module.obtainImages).toBeTypeOf('function');
    expect(Math.min(classes, images)).toBeGreaterThan(1);
    expect(findDataSet(id)?.id).toBe(id);
  });

  it.each(DATA_SETS)('$id is named in its own files and in the table of checkpoints alone', ({ id }) => {
    const own = new RegExp(`^reference/datasets/${id}\\.|^reference/weights/checkpoints\\.ts$`);
    const files = ['reference', 'suites', 'reports', 'scripts'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) =>
        join(folder, name).replaceAll('\\', '/'),
      ),
    );
    // In a string that is neither a module's path nor a model's name, whose tag may be the id, nor a longer id.
    const named = new RegExp(`(['"\`])(?![./])(?:[^'"\`\\n]*[^\\w.'"\`])?${id}(?![\\w-])[^'"\`\\n]*\\1`);
    const naming = files.filter((path) => /\.ts$/.test(path) && named.test(readFileSync(path, 'utf8')));
    expect(naming.filter((path) => !own.test(path))).toEqual([]);
    expect(naming.filter((path) => own.test(path)).length).toBeGreaterThan(0);
  });
});

describe('checkpoints', () => {
  it.each(CHECKPOINTS.map((row) => [checkpointName(row), row] as const))(
    '%s fits its data set and its model',
    (_, row) => {
      const { model, dataset, classes, predictions = [], counted, preprocessing } = row;
      const set = findDataSet(dataset);
      const family = FAMILIES[findModel(model)?.family ?? 'kernels'];
      expect(classes).toBe(set?.classes ?? classes);
      expect(classes).toBe(family.classes);
      expect(preprocessing.resize?.crop ?? family.size).toBe(family.size);
      expect(predictions.every((one) => Number.isInteger(one) && one >= 0 && one < classes)).toBe(true);
      if (counted !== undefined) expect(counted.right).toBeLessThanOrEqual(counted.images);
    },
  );
});

describe('preprocessing', () => {
  it('leaves bytes as they are, or normalises them as float32 does', () => {
    expect([...byteValues(RAW)]).toEqual(Array.from({ length: 768 }, (_, i) => i % 256));
    const { fround } = Math;
    const expected = fround(fround(fround(200 / 255) - fround(0.456)) / fround(0.224));
    expect(byteValues(NORMALISED)[256 + 200]).toBe(expected);
  });
});
