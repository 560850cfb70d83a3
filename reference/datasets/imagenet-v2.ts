import type { ImageArchive } from './archive.ts';
import type { DataSetRow } from './dataset.ts';
import { IMAGENET } from './imagenet-1k.ts';
import { openPack } from './open-pack.ts';
import { SYNSETS } from './synsets.ts';

/** ImageNet-V2, matched frequency (Recht et al. 2019): new images of ImageNet's classes, in folders by class number. */
export const IMAGENET_V2: DataSetRow = {
  id: 'imagenet-v2',
  title: 'ImageNet-V2 matched-frequency test set',
  images: 10_000,
  classes: SYNSETS.length,
  names: SYNSETS,
  classesOf: IMAGENET.id,
  open: openPack,
};

/** Hash and length as TensorFlow Datasets lists them (`url_checksums/imagenet_v2.txt`). */
export const IMAGENET_V2_FILES: ImageArchive = {
  archive: {
    name: 'imagenetv2-matched-frequency.tar.gz',
    url: 'https://s3-us-west-2.amazonaws.com/imagenetv2public/imagenetv2-matched-frequency.tar.gz',
    sha256: 'a32004f9e773279307499059d320336a23ccdc62cb32063da29bae9bd04c122c',
    bytes: 1_253_959_680,
    mirror: 'imagenet-v2/imagenetv2-matched-frequency.tar.gz',
  },
  folder: 'imagenetv2-matched-frequency-format-val',
  name: 'imagenet-v2-matched-frequency',
  files: 10_000,
};
