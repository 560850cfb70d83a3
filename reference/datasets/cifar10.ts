import type { RemoteFile } from '../weights/remote-file.ts';
import type { DataSetRow, ImageSet } from './dataset.ts';
import { byteValues, type Preprocessing } from './preprocessing.ts';

const PIXELS = 32 * 32;
/** Bytes of an image with its label. */
export const RECORD = 1 + 3 * PIXELS;
const CLASSES = 10;

export type CifarImages = Omit<ImageSet, 'labels' | 'image'> & {
  readonly labels: Uint8Array;
  image(i: number): Float32Array;
};

/**
 * CIFAR-10's binary layout (Krizhevsky 2009): per image one label byte, then 3×32×32 bytes, channels R, G, B.
 * Throws where the size or a label says that it is something else, and where images are to be resized.
 */
export function cifarImages(bytes: Uint8Array, preprocessing: Preprocessing): CifarImages {
  const count = bytes.length / RECORD;
  if (count === 0 || !Number.isInteger(count))
    throw new Error(`${bytes.length} bytes are not a whole number of CIFAR-10 images of ${RECORD} bytes`);
  const labels = Uint8Array.from({ length: count }, (_, i) => bytes[i * RECORD] ?? 0);
  const odd = labels.findIndex((label) => label >= CLASSES);
  if (odd >= 0) throw new Error(`image ${odd} has label ${labels[odd]}: this is not CIFAR-10's binary layout`);
  if (preprocessing.resize !== undefined) throw new Error('images of CIFAR-10 are not resized');
  const values = byteValues(preprocessing);
  return {
    count,
    labels,
    image(i) {
      if (!Number.isInteger(i) || i < 0 || i >= count) throw new RangeError(`no image ${i} among ${count}`);
      const pixels = bytes.subarray(i * RECORD + 1, (i + 1) * RECORD);
      const image = new Float32Array(pixels.length);
      for (let k = 0; k < image.length; k++)
        image[k] = values[(Math.floor(k / PIXELS) << 8) | (pixels[k] as number)] as number;
      return image;
    },
  };
}

export const CIFAR10: DataSetRow = {
  id: 'cifar10',
  title: 'CIFAR-10 test set',
  images: 10_000,
  classes: CLASSES,
  open: async (location, preprocessing, read) => cifarImages(await read(location), preprocessing),
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
