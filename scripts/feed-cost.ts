import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { decodeRgb } from '../reference/datasets/decode.node.ts';
import { listImages } from '../reference/datasets/list-images.node.ts';
import { byteValues, type Resize } from '../reference/datasets/preprocessing.ts';
import { bilinear } from '../reference/datasets/resample.ts';
import { resizeCrop } from '../reference/datasets/resize-crop.ts';
import type { Rgb8 } from '../reference/datasets/rgb.ts';
import { shapeFolder } from '../reference/datasets/shapes10-files.node.ts';
import { SHAPES10_FILES } from '../reference/datasets/shapes10-files.ts';
import { formatOf } from '../reference/formats/formats.ts';
import { top } from '../reference/judge/agreement.ts';
import { loadModel } from '../reference/models/load.ts';
import { obtain } from '../reference/weights/checkpoint-files.node.ts';
import { CHECKPOINTS, checkpointName } from '../reference/weights/checkpoints.ts';
import { findBackend } from '../suites/backends/backends.ts';
import { differingOf, paired } from '../suites/stats/paired.ts';

/**
 * `node --import tsx scripts/feed-cost.ts [COUNT]` says what usual mistakes in preprocessing cost the network that ships,
 * on COUNT images of its set as files (all), by ONNX Runtime on the CPU: Top-1, images whose class differs from that of
 * the right feed, and McNemar's exact p.
 */
const { resize, classes, images, classesOf } = SHAPES10_FILES;
const checkpoint = CHECKPOINTS.find(({ dataset }) => dataset === classesOf);
if (checkpoint === undefined || resize === undefined) throw new Error('no network ships for these images');
const SIDE = resize.crop;
const count = Number(process.argv[2] ?? images);

/** Gives the pixels of an image, uint8 [3, SIDE, SIDE]. */
type Feed = (image: Rgb8) => Uint8Array;
const by =
  (more: Partial<Resize>): Feed =>
  (image) =>
    resizeCrop(image, { ...resize, ...more });
const reversed = (planes: Uint8Array): Uint8Array =>
  Uint8Array.from(planes, (_, i) => planes[(2 - Math.floor(i / SIDE ** 2)) * SIDE ** 2 + (i % SIDE ** 2)] as number);

const FEEDS: { readonly [name: string]: Feed } = {
  'as trained: antialiased bilinear': by({}),
  'antialiased bicubic': by({ interpolation: 'bicubic' }),
  'bilinear without antialiasing': by({ interpolation: 'tensor-bilinear' }),
  'nearest pixel': by({ interpolation: 'nearest' }),
  'area (OpenCV)': by({ interpolation: 'area' }),
  'shorter side 36, then crop 32': by({ shorterSide: 36 }),
  'both sides to 32, without a crop': (image) =>
    bilinear(image, { fullWidth: SIDE, fullHeight: SIDE, left: 0, top: 0, width: SIDE, height: SIDE }),
  'channels in the order BGR': (image) => reversed(by({})(image)),
};

const { path } = await obtain(checkpoint.file, { log: console.error });
const { graph, weights } = loadModel(checkpointName(checkpoint), readFileSync(path));
const format = findBackend('ort-node/cpu')?.format;
if (format === undefined) throw new Error('the backend loads no file');
const { write } = await formatOf(format).write();
const session = await ort.InferenceSession.create(write(graph, weights, { batch: 1, size: SIDE, taps: [] }).main);
const values = byteValues(checkpoint.preprocessing);

async function classOf(pixels: Uint8Array): Promise<number> {
  const input = Float32Array.from(pixels, (byte, i) => values[(Math.floor(i / SIDE ** 2) << 8) | byte] as number);
  const feeds = { [session.inputNames[0] ?? '']: new ort.Tensor('float32', input, [1, 3, SIDE, SIDE]) };
  const logits = (await session.run(feeds))[session.outputNames[0] ?? '']?.data as Float32Array;
  return top(logits, 0, classes, 1)[0] ?? -1;
}

const listed = await listImages(await shapeFolder({ log: console.error }));
const labels: number[] = [];
const answers = new Map(Object.keys(FEEDS).map((name): [string, number[]] => [name, []]));
// Every nth, since they are sorted by class.
const every = Math.max(1, Math.floor(images / count));
for (const name of listed.images.filter((_, i) => i % every === 0).slice(0, count)) {
  labels.push(Number.parseInt(name, 10));
  const image = await decodeRgb(readFileSync(join(listed.root, name)));
  for (const [feed, list] of answers) list.push(await classOf((FEEDS[feed] as Feed)(image)));
}
const [asTrained = []] = answers.values();
console.log(
  '| feed | Top-1 (%) | differing images | lost | gained | McNemar’s p |\n| --- | ---: | ---: | ---: | ---: | ---: |',
);
for (const [feed, list] of answers) {
  const right = list.filter((answer, i) => answer === labels[i]).length;
  const pair = paired(asTrained, list, labels);
  const { lost, gained, p } = pair;
  const cells = [((100 * right) / labels.length).toFixed(2), differingOf(pair).length, lost.length, gained.length];
  console.log(`| ${[feed, ...cells, p.toPrecision(2)].join(' | ')} |`);
}
process.exit(0);
