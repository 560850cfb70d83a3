import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { decodeRgb } from '../reference/datasets/decode.node.ts';
import { resizeCrop } from '../reference/datasets/resize-crop.ts';
import { formatOf } from '../reference/formats/formats.ts';
import { findBackend } from '../suites/backends/backends.ts';
import { prepareFiles } from '../suites/engine/artefacts.ts';
import { bundleScript } from '../suites/hosts/bundle.ts';
import { median } from '../suites/stats/quantiles.ts';
import { photosIn } from './photos.ts';

/**
 * `npm run accuracy-speed -- [rounds] [images]`: images per second of accuracy on a folder of JPEG files of 500×375,
 * ort-node/cpu on resnet18 at 224×224. The first pass decodes them, and is compared with cores ÷ (CPU time of decoding,
 * resizing and inference); the second reads them from the cache, and is compared with inference alone.
 * `npm run accuracy-speed -- peak [images…]`: peak memory of a first pass over so many images, cropped to 64×64.
 * Measure on an idle machine: other processes take from both.
 */
const [first = '3', ...more] = process.argv.slice(2);
const CORES = availableParallelism();
const BATCH = 25;
/** Photographs whose decoding is timed, and batches whose inference is. */
const [PHOTOS, BATCHES] = [200, 20];

const call = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'resnet-accuracy-speed-'));
const photos = await photosIn(folder);

/** Runs a script in a process of its own, and parses what it prints. */
async function ask(
  script: string,
  words: readonly (string | number)[],
  cache: string,
): Promise<{ [name: string]: number }> {
  const env = { ...process.env, RESNET_CACHE: cache };
  const args = script.endsWith('.ts') ? ['--import', 'tsx', script] : [script];
  const { stdout } = await call(process.execPath, [...args, ...words.map(String)], { env, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as { [name: string]: number };
}

/** A file of resnet18 for images of this size. */
async function modelFor(size: number): Promise<string> {
  const format = findBackend('ort-node/cpu')?.format;
  if (format === undefined) throw new Error('the backend loads no file');
  const path = join(folder, `net${size}`, formatOf(format).main);
  mkdirSync(dirname(path), { recursive: true });
  const shape = { precision: 'fp32', form: 'folded', batch: BATCH, size } as const;
  const model = 'resnet18.seed0';
  const source = { format: 'architecture', model, files: [] } as const;
  await prepareFiles({ model, source, exports: [{ path, format, ...shape }], truths: [] }, async () => {});
  return path;
}

/** CPU time of decoding, resizing and cropping a photograph, in milliseconds. */
async function decodingMs(): Promise<number> {
  const how = { shorterSide: 256, crop: 224, interpolation: 'bilinear' } as const;
  const files = Array.from({ length: 20 }, (_, i) => readFileSync(join(folder, 'photos', `${i}.jpg`)));
  const one = async (i: number) => void resizeCrop(await decodeRgb(files[i % files.length] as Buffer), how);
  for (let i = 0; i < files.length; i++) await one(i);
  const before = process.cpuUsage();
  for (let i = 0; i < PHOTOS; i++) await one(i);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / PHOTOS;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const rate = (value: number): string => `${value.toFixed(1)} images/s`;

async function speeds(rounds: number, count: number): Promise<void> {
  const [model, set] = [await modelFor(224), photos.of(count)];
  const bare = await bundleScript('scripts/bare-batches.ts');
  const shares: { first: number; cached: number }[] = [];
  for (let round = 1; round <= rounds; round++) {
    const cache = join(folder, `cache ${round}`);
    const decoding = await decodingMs();
    const before = await ask(bare, [model, BATCH, 224, CORES, BATCHES], cache);
    const [decoded, cached] = [
      await ask('scripts/accuracy-pass.ts', [model, set], cache),
      await ask('scripts/accuracy-pass.ts', [model, set], cache),
    ];
    const after = await ask(bare, [model, BATCH, 224, CORES, BATCHES], cache);
    rmSync(cache, { recursive: true });
    const inference = ((before.cpuMs ?? 0) + (after.cpuMs ?? 0)) / 2;
    const alone = 2 / (1 / (before.perSecond ?? 0) + 1 / (after.perSecond ?? 0));
    const bound = (1000 * CORES) / (inference + decoding);
    const [one, two] = [decoded, cached].map(({ seconds = 0 }) => count / seconds) as [number, number];
    const perImage = ({ cpuMs = 0 }: { readonly cpuMs?: number }) => (cpuMs / count).toFixed(2);
    shares.push({ first: one / bound, cached: two / alone });
    console.log(
      `round ${round}: the passes took ${perImage(decoded)} and ${perImage(cached)} ms of CPU time for an image`,
    );
    console.log(
      `round ${round}: CPU time of an image ${decoding.toFixed(2)} ms of decoding and resizing, ${inference.toFixed(2)} ms of inference; first pass ${rate(one)} of ${rate(bound)} (${percent(one / bound)}); from the cache ${rate(two)} of ${rate(alone)} of inference alone (${percent(two / alone)})`,
    );
  }
  console.log(
    `median: first pass ${percent(median(shares.map((one) => one.first)))} of cores ÷ CPU time, from the cache ${percent(median(shares.map((one) => one.cached)))} of inference alone`,
  );
}

async function memory(counts: readonly number[]): Promise<void> {
  const model = await modelFor(64);
  const mib = (bytes = 0) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  for (const count of counts) {
    const cache = join(folder, 'cache');
    const { seconds = 0, parent, child } = await ask('scripts/accuracy-pass.ts', [model, photos.of(count), 64], cache);
    rmSync(cache, { recursive: true });
    console.log(
      `${count} images: ${rate(count / seconds)}, peak memory ${mib(parent)} of the run, which decodes, and ${mib(child)} of the visit`,
    );
  }
}

try {
  console.log(
    `${cpus()[0]?.model}, ${CORES} cores, Node ${process.version}, JPEG files of ${(photos.bytes / 1000).toFixed(0)} kB`,
  );
  if (first === 'peak') await memory(more.length > 0 ? more.map(Number) : [1000, 5000, 50_000]);
  else await speeds(Number(first), Number(more[0] ?? 1000));
} finally {
  rmSync(folder, { recursive: true });
}
