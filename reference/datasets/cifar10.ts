import type { RemoteFile } from '../weights/remote-file.ts';
import { openBinary } from './binary.ts';
import type { DataSetRow } from './dataset.ts';

const CLASSES = 10;
const LAYOUT = { name: 'CIFAR-10', classes: CLASSES };

export const CIFAR10: DataSetRow = {
  id: 'cifar10',
  title: 'CIFAR-10 test set',
  images: 10_000,
  classes: CLASSES,
  // As in batches.meta.txt.
  names: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
  open: async (location, preprocessing, read) => openBinary(await read(location), preprocessing, LAYOUT),
};

/** The files from which the set is obtained. */
export type CifarFiles = {
  readonly archive: RemoteFile;
  /** The test set's file inside the archive, and its name in the cache. */
  readonly member: { readonly path: string; readonly name: string; readonly bytes: number };
  /** The first 1,000 images of the test set, as a mirror may hold them. */
  readonly first1000: Pick<RemoteFile, 'sha256' | 'bytes' | 'mirror'>;
};

/** CIFAR-10 in its binary layout (Krizhevsky 2009). It declares no licence, so it is downloaded and never shipped. */
export const CIFAR10_FILES: CifarFiles = {
  archive: {
    name: 'cifar-10-binary.tar.gz',
    url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
    sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
    bytes: 170_052_171,
    mirror: 'cifar10/cifar-10-binary.tar.gz',
  },
  member: { path: 'cifar-10-batches-bin/test_batch.bin', name: 'cifar10-test_batch.bin', bytes: 30_730_000 },
  first1000: {
    sha256: '8314c96d7cd65618193bab23acdd5d4c4af15bf6dd00a1781d55beedf3be1ef5',
    bytes: 3_073_000,
    mirror: 'cifar10/test_first1000.bin',
  },
};
