import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeRgb } from '../../../reference/datasets/decode.node.ts';
import { resizeCrop } from '../../../reference/datasets/resize-crop.ts';
import { alone, type Reader } from '../input.ts';

const FOLDER = join(import.meta.dirname, '../../reference/pixels');
const MOST = 1000;

/** The small ones of the golden images, of every kind. */
function small() {
  const { images } = JSON.parse(readFileSync(join(FOLDER, 'pixels.json'), 'utf8')) as { images: [string, number][] };
  const pack = readFileSync(join(FOLDER, 'pixels.bin'));
  let at = 0;
  return images.flatMap(([, length]) => {
    at += length;
    return length > MOST ? [] : [alone('bytes', pack.subarray(at - length, at))];
  });
}

export const IMAGES: readonly Reader[] = [
  {
    id: 'images',
    share: 1,
    typed: false,
    seeds: small(),
    async read({ main }) {
      resizeCrop(await decodeRgb(main), { shorterSide: 16, crop: 14, interpolation: 'bilinear' });
      return [];
    },
  },
];
