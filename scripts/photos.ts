import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { random } from '../reference/random.ts';

const [WIDTH, HEIGHT] = [500, 375];
/** Different photographs: more only repeat their cost. */
const DIFFERENT = 48;
/** Cells of detail in a picture's width, and their contrast: it falls with the size, as in photographs. */
const DETAIL: readonly (readonly [cells: number, contrast: number])[] = [
  [3, 70],
  [8, 45],
  [24, 30],
  [70, 22],
  [180, 16],
  [500, 28],
];

/** A picture with detail of every size: about 100 kB as JPEG. */
async function photo(seed: number): Promise<Buffer> {
  const next = random(seed);
  const sum = new Float32Array(3 * WIDTH * HEIGHT).fill(128);
  for (const [cells, contrast] of DETAIL) {
    const height = Math.ceil((cells * HEIGHT) / WIDTH);
    const values = Uint8Array.from({ length: 3 * cells * height }, () => 256 * next());
    const raw = { width: cells, height, channels: 3 } as const;
    const large = await sharp(values, { raw }).resize(WIDTH, HEIGHT, { fit: 'fill', kernel: 'cubic' }).raw().toBuffer();
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (((large[i] as number) - 128) / 128) * contrast;
  }
  const image = sharp(Uint8ClampedArray.from(sum), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
  return image.jpeg({ quality: 90, chromaSubsampling: '4:2:0' }).toBuffer();
}

/** Makes folders of photographs, by class, with ten classes: `photosIn(folder)(count)` returns the folder of so many. */
export async function photosIn(folder: string): Promise<{ bytes: number; of(count: number): string }> {
  mkdirSync(join(folder, 'photos'), { recursive: true });
  let bytes = 0;
  for (let i = 0; i < DIFFERENT; i++) {
    const jpeg = await photo(i);
    bytes += jpeg.length / DIFFERENT;
    writeFileSync(join(folder, 'photos', `${i}.jpg`), jpeg);
  }
  return {
    bytes,
    of(count) {
      const root = join(folder, `set of ${count}`);
      for (let label = 0; label < 10; label++) mkdirSync(join(root, `${label}`), { recursive: true });
      // Links take no disk: the pixels are decoded for each.
      for (let i = 0; i < count; i++)
        linkSync(join(folder, 'photos', `${i % DIFFERENT}.jpg`), join(root, `${i % 10}`, `${i}.jpg`));
      return root;
    },
  };
}
