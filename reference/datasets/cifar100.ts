import type { RemoteFile } from '../weights/remote-file.ts';
import type { DataSetRow } from './dataset.ts';
import { openPack } from './open-pack.ts';

export const CIFAR100: DataSetRow = {
  id: 'cifar100',
  title: 'CIFAR-100 test set',
  images: 10_000,
  classes: 100,
  async open(location, preprocessing, read) {
    if (preprocessing.resize !== undefined) throw new Error('images of CIFAR-100 are not resized');
    return openPack(location, preprocessing, read);
  },
};

/** The archive, and the test set in it. */
export type Cifar100Files = {
  readonly archive: RemoteFile;
  readonly member: { readonly path: string; readonly name: string; readonly bytes: number; readonly sha256: string };
};

/**
 * CIFAR-100 in its binary layout (Krizhevsky 2009): per image a label of 20, a label of 100, then 3×32×32 bytes. It
 * declares no licence, so it is downloaded and never shipped. The archive's hash and length are those of TensorFlow
 * Datasets (`url_checksums/cifar100.txt`).
 */
export const CIFAR100_FILES: Cifar100Files = {
  archive: {
    name: 'cifar-100-binary.tar.gz',
    url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
    sha256: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
    bytes: 168_513_733,
    mirror: 'cifar100/cifar-100-binary.tar.gz',
  },
  member: {
    path: 'cifar-100-binary/test.bin',
    name: 'cifar100-test.bin',
    bytes: 30_740_000,
    sha256: 'd8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a',
  },
};
