import { type BinaryImages, binaryImages } from '../../reference/datasets/binary.ts';
import type { Preprocessing } from '../../reference/datasets/preprocessing.ts';

/** CIFAR-10's images in its binary layout. Throws as `binaryImages` does. */
export const cifarImages = (bytes: Uint8Array, preprocessing: Preprocessing): BinaryImages =>
  binaryImages(bytes, preprocessing, { name: 'CIFAR-10', classes: 10 });
