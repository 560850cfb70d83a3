import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { decodeRgb } from '../reference/datasets/decode.node.ts';
import { decodeFiles } from '../reference/datasets/decode-pool.node.ts';
import { resizeCrop } from '../reference/datasets/resize-crop.ts';
import type { Rgb8 } from '../reference/datasets/rgb.ts';
import { median } from '../suites/stats/quantiles.ts';

/**
 * `npm run decode-speed -- [images] [processes]`: images per second of decoding JPEG files of 500×375, of resizing them to
 * 256 and cropping 224, and of both in processes of their own. CPU time says what one core does, also on a busy machine.
 */
const count = Number(process.argv[2] ?? 200);
const threads = Number(process.argv[3] ?? 2);
const [WIDTH, HEIGHT, ROUNDS] = [500, 375, 5];
const HOW = { shorterSide: 256, crop: 224 };

type Rate = { wall: number; processor: number };

/** Images per second of a task over all images: the median of some rounds, after one that is not counted. */
async function rate(task: () => Promise<void>): Promise<Rate> {
  const rounds: Rate[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const [start, before] = [performance.now(), process.cpuUsage()];
    await task();
    const { user, system } = process.cpuUsage(before);
    if (round > 0)
      rounds.push({
        wall: (1000 * count) / (performance.now() - start),
        processor: (1e6 * count) / (user + system),
      });
  }
  return { wall: median(rounds.map(({ wall }) => wall)), processor: median(rounds.map(({ processor }) => processor)) };
}

/** A photograph's share of detail: smooth colours and some noise, a different image for each number. */
function picture(number: number): Promise<Buffer> {
  const data = Uint8Array.from({ length: 3 * WIDTH * HEIGHT }, (_, i) => {
    const [channel, x, y] = [i % 3, Math.floor(i / 3) % WIDTH, Math.floor(i / 3 / WIDTH)];
    const noise = (Math.imul(i + number, 2_654_435_761) >>> 27) - 16;
    return Math.min(255, Math.max(0, 40 * channel + ((x * (number % 5)) >> 3) + (y >> 2) + noise));
  });
  const image = sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
  return image.jpeg({ quality: 90, chromaSubsampling: '4:2:0', optimiseCoding: false }).toBuffer();
}

const folder = mkdtempSync(join(tmpdir(), 'resnet-decode-speed-'));
try {
  const files = await Promise.all(Array.from({ length: 20 }, (_, i) => picture(i)));
  const bytes = files.reduce((sum, { length }) => sum + length, 0) / files.length;
  console.log(
    `${cpus()[0]?.model}, Node ${process.version}, ${count} images of ${WIDTH}×${HEIGHT}, ${bytes >> 10} KiB`,
  );
  const of = <T>(list: readonly T[], i: number): T => list[i % list.length] as T;
  const paths = Array.from({ length: count }, (_, i) => join(folder, `${i}.jpg`));
  for (const [i, path] of paths.entries()) writeFileSync(path, of(files, i));
  const images: Rgb8[] = [];
  for (const file of files) images.push(await decodeRgb(file));

  const decode = async () => {
    for (let i = 0; i < count; i++) await decodeRgb(of(files, i));
  };
  const resize = (interpolation: 'bilinear' | 'bicubic') => async () => {
    for (let i = 0; i < count; i++) resizeCrop(of(images, i), { ...HOW, interpolation });
  };
  const both = async () => {
    for (let i = 0; i < count; i++) resizeCrop(await decodeRgb(of(files, i)), { ...HOW, interpolation: 'bilinear' });
  };
  const pool = async () => {
    for await (const decoded of decodeFiles(paths, { ...HOW, interpolation: 'bilinear' }, { threads }))
      if ('error' in decoded) throw new Error(decoded.error);
  };
  const rows: readonly (readonly [string, () => Promise<void>])[] = [
    ['decode', decode],
    ['resize and crop, bilinear', resize('bilinear')],
    ['resize and crop, bicubic', resize('bicubic')],
    ['both, bilinear, one after the other', both],
    [`both, from files, in ${threads} processes with their start`, pool],
  ];
  for (const [name, task] of rows) {
    const { wall, processor } = await rate(task);
    // The CPU time of other processes is not known here.
    const alone = task === pool ? '' : `, ${processor.toFixed(0)} images per second of CPU time`;
    console.log(`${name}: ${wall.toFixed(0)} images/s${alone}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
