import type { DataSetRow } from './dataset.ts';
import { openPack } from './pack.ts';
import { SHAPES10 } from './shapes10.ts';

/**
 * SHA-256 of the decoded test images, with their names and sizes. The bytes of the files are no measure: those of a PNG
 * depend on how zlib was built and on the processor. Pixels do not: PNG loses nothing, and sharp brings its own JPEG
 * encoder and decoder (mozjpeg), which use integers only and whose version is that of sharp.
 */
export const SHAPES10_FILES_SHA256 = '8ff2df799b999d6f086a4b55900d762e3b526286079d659b5e37f9457f31f5fc';

/**
 * The rendered shapes as JPEG and PNG files of odd sizes, so that decoding, resizing and cropping count. They are
 * written on the machine, and nothing is downloaded.
 */
export const SHAPES10_FILES: DataSetRow = {
  id: 'shapes10-files',
  title: 'rendered shapes as files',
  images: SHAPES10.images,
  classes: SHAPES10.classes,
  classesOf: SHAPES10.id,
  resize: { shorterSide: 32, crop: 32, interpolation: 'bilinear' },
  open: openPack,
};
