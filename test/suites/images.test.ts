import { describe, expect, it } from 'vitest';
import { checkpointName } from '../../reference/weights/checkpoints.ts';
import { findImages } from '../../suites/engine/images.ts';
import { AKAMASTER, TINY, TORCHVISION } from '../reference/checkpoints.ts';
import { mirrorPath } from '../reference/mirror.ts';

const log = () => {};

describe('the images of a trained model', () => {
  it('are refused where its data set has no row, and none where it has no checkpoint', async () => {
    const [row] = TORCHVISION;
    if (row === undefined) throw new Error('no checkpoint');
    const models = [checkpointName(row), 'resnet18.seed0', 'net.user'];
    const images = await findImages(models, log);
    expect(models.map((model) => images.of(model))).toEqual([
      { reason: `images of ${row.dataset} are not supported`, fix: expect.stringContaining('CIFAR-10 test set') },
      undefined,
      undefined,
    ]);
    expect(images.mounts).toEqual({});
  });

  it('are those of its data set, with what it was trained to be fed, found once for all', async ({ skip }) => {
    const path = mirrorPath(skip, 'cifar10/test_first1000.bin');
    const models = [...AKAMASTER, TINY];
    const images = await findImages(models.map(checkpointName), log);
    for (const row of models) {
      const { dataset, preprocessing, predictions } = row;
      const name = 'CIFAR-10 test set, first 1000 images';
      expect(images.of(checkpointName(row))).toEqual({ dataset, path, name, preprocessing, predictions });
    }
    expect(Object.values(images.mounts)).toEqual([path]);
  });
});
