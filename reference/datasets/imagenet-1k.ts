import type { DataSetRow } from './dataset.ts';
import { openPack } from './open-pack.ts';
import { SYNSETS } from './synsets.ts';

/** The validation images of ILSVRC 2012 (Russakovsky et al. 2015). They may not be passed on, so nothing downloads them. */
export const IMAGENET: DataSetRow = {
  id: 'imagenet-1k',
  title: 'ImageNet validation set',
  images: 50_000,
  classes: SYNSETS.length,
  names: SYNSETS,
  open: openPack,
};
