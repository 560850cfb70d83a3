import type { DataSetRow } from './dataset.ts';
import { openPack } from './open-pack.ts';
import { SHAPES10 } from './shapes10.ts';

/**
 * SHA-256 of the decoded test images, with their names and sizes. Not of the files' bytes: zlib may compress a PNG in
 * another way in another version or on another processor, and its pixels stay the same. A JPEG's pixels follow from
 * sharp's version, which fixes the encoder and decoder (mozjpeg, in integers): its builds for x64 and for WebAssembly wrote
 * the same bytes in 400 of 400 tries, and read the same pixels.
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
  // As ort-node/cpu, ort-web/wasm and tfjs/wasm classify them; no other implementation has scored these files.
  right: { 'resnet8.shapes10': 1848 },
  resize: { shorterSide: 32, crop: 32, interpolation: 'bilinear' },
  open: openPack,
};
