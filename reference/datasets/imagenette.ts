import type { ImageArchive } from './archive.ts';
import type { DataSetRow } from './dataset.ts';
import { IMAGENET } from './imagenet-1k.ts';
import { openPack } from './open-pack.ts';
import { SYNSETS } from './synsets.ts';

/** Ten classes of ImageNet, 320 pixels on the shorter side (Howard 2019), scored against all of ImageNet's classes. */
export const IMAGENETTE: DataSetRow = {
  id: 'imagenette',
  title: 'Imagenette validation set',
  images: 3925,
  classes: SYNSETS.length,
  names: SYNSETS,
  classesOf: IMAGENET.id,
  open: openPack,
};

/** Hash and length as TensorFlow Datasets lists them (`url_checksums/imagenette.txt`). */
export const IMAGENETTE_FILES: ImageArchive = {
  archive: {
    name: 'imagenette2-320.tgz',
    url: 'https://s3.amazonaws.com/fast-ai-imageclas/imagenette2-320.tgz',
    sha256: '5020a9130cea0348272823cb12d2db7e981c6f2afa3dce71ccd5b8013005c55e',
    bytes: 341_553_947,
    mirror: 'imagenette/imagenette2-320.tgz',
  },
  folder: 'imagenette2-320/val',
  name: 'imagenette2-320-val',
  files: 3925,
};
