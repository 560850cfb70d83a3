import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { geometriesBeside } from '../../reference/datasets/geometries.ts';
import { labelMapsFor } from '../../reference/datasets/mistakes.ts';
import { HALVES, type Preprocessing, RAW, type Resize } from '../../reference/datasets/preprocessing.ts';
import { resizeCrop } from '../../reference/datasets/resize-crop.ts';
import type { Rgb8 } from '../../reference/datasets/rgb.ts';
import { render } from '../../reference/datasets/shapes/render.ts';
import { sceneOf } from '../../reference/datasets/shapes/set.ts';
import { writeOnnx } from '../../reference/formats/onnx/write.ts';
import { loadModel } from '../../reference/models/load.ts';
import { random } from '../../reference/random.ts';
import { obtain } from '../../reference/weights/checkpoint-files.node.ts';
import { CHECKPOINTS, checkpointName } from '../../reference/weights/checkpoints.ts';
import type { ScoreDiagnosis } from '../../suites/accuracy/diagnosis.ts';
import { type ImagesOneWay, tryMistakes } from '../../suites/accuracy/tries.ts';
import type { Session, Tools } from '../../suites/contract/backend.ts';
import type { Visit } from '../../suites/contract/visit.ts';

/**
 * `npm run planted -- [CASES] [IMAGES] [LEAST] [LARGEST] [NAME]` plants usual mistakes in how the
 * network that ships is fed, and counts how often the diagnosis names them. Every case has other images, which are
 * rendered with sides of LEAST to LARGEST pixels: the network was not trained on them, nor are they of its test set. NAME:
 * one mistake alone.
 */
const [cases = 10, count = 1000, least = 40, largest = 130] = process.argv.slice(2, 6).map(Number);
const [, , , , , , only] = process.argv;
const [SIDE, BATCH, CLASSES] = [32, 50, 10];
const RIGHT: Resize = { shorterSide: SIDE, crop: SIDE, interpolation: 'bilinear' };

/** A mistake: what is requested, how labels are changed, and the diagnoses that are right. */
type Planted = {
  readonly name: string;
  readonly preprocessing: Preprocessing;
  readonly relabel: (label: number) => number;
  readonly expected: readonly string[];
};

const same = (label: number): number => label;
const asks = (name: string, more: Partial<Preprocessing>, ...expected: readonly string[]): Planted => ({
  name,
  preprocessing: { ...HALVES, resize: RIGHT, ...more },
  relabel: same,
  expected,
});
const resizes = (name: string, more: Partial<Resize>, ...expected: readonly string[]): Planted =>
  asks(name, { resize: { ...RIGHT, ...more } }, ...expected);
const numbers = (name: string, relabel: (label: number) => number, ...expected: readonly string[]): Planted => ({
  ...asks(name, {}, ...expected),
  relabel,
});

const [ANTIALIASED, WHOLE] = [
  'bilinear interpolation with antialiasing',
  `a shorter side of ${SIDE} pixels, of which ${SIDE} are kept`,
];
const PLANTED: readonly Planted[] = [
  asks('nothing', {}),
  asks('bytes as they are', { ...RAW, resize: RIGHT }, '−1 to 1'),
  asks('0 to 1', { divisor: 255, mean: [0, 0, 0], deviation: [1, 1, 1] }, '−1 to 1'),
  asks('BGR', { order: 'BGR' }, 'channels in the order RGB'),
  numbers('labels from 1', (label) => (label + CLASSES - 1) % CLASSES, 'classes one higher than the labels'),
  numbers('classes reversed', (label) => CLASSES - 1 - label, 'classes in reverse order'),
  resizes('squashed', { fit: 'squash' }, WHOLE),
  resizes('squashed, no antialiasing', { fit: 'squash', interpolation: 'tensor-bilinear' }, WHOLE),
  resizes('shorter side 36', { shorterSide: 36 }, WHOLE),
  resizes('shorter side 48', { shorterSide: 48 }, WHOLE),
  resizes('nearest pixel', { interpolation: 'nearest' }, ANTIALIASED),
  resizes('bilinear, no antialiasing', { interpolation: 'tensor-bilinear' }, ANTIALIASED),
  resizes('bicubic, no antialiasing', { interpolation: 'tensor-bicubic' }, ANTIALIASED),
  resizes('bicubic', { interpolation: 'bicubic' }, ANTIALIASED),
  resizes('area', { interpolation: 'area' }, ANTIALIASED),
];

/** An image of a scene, with sides that depend on its number. Interleaved bytes. */
function imageOf(index: number): { readonly image: Rgb8; readonly label: number } {
  const next = random(index + 2 ** 28);
  const side = () => least + Math.floor(next() * (largest - least + 1));
  const [width, height, scene] = [side(), side(), sceneOf('test', index)];
  const planes = render(scene, width, height);
  const area = width * height;
  const data = Uint8Array.from(planes, (_, i) => planes[(i % 3) * area + Math.floor(i / 3)] as number);
  return { image: { width, height, data }, label: scene.label };
}

/** What a diagnosis says of a mistake. */
function outcomeOf({ expected }: Planted, { best, equal, alike = [] }: ScoreDiagnosis): string {
  const has = (list: readonly { readonly mistake: string }[]) => list.some(({ mistake }) => expected.includes(mistake));
  if (best === null) return expected.length === 0 ? 'nothing named' : has(alike) ? 'cannot tell' : 'missed';
  if (expected.length === 0) return `accused: ${best.mistake}`;
  return has([best]) ? 'named' : has(equal) ? 'named as equal' : `another: ${best.mistake}`;
}

const checkpoint = CHECKPOINTS.find(({ file }) => file.shipped !== undefined);
if (checkpoint === undefined) throw new Error('no network ships');
const { path } = await obtain(checkpoint.file, { log: console.error });
const { graph, weights } = loadModel(checkpointName(checkpoint), readFileSync(path));
const network = await ort.InferenceSession.create(writeOnnx(graph, weights, BATCH, SIDE));
const session = {
  prepare: (input: Float32Array) => input,
  async run(input: Float32Array) {
    const tensor = new ort.Tensor('float32', input, [BATCH, 3, SIDE, SIDE]);
    return (await network.run({ [network.inputNames[0] ?? '']: tensor }))[network.outputNames[0] ?? '']?.data;
  },
} as unknown as Session;
const tools = { now: () => performance.now() } as unknown as Tools;

const outcomes = new Map(PLANTED.map(({ name }): [string, Map<string, number>] => [name, new Map()]));
const rights = new Map(PLANTED.map(({ name }): [string, number] => [name, 0]));
for (let one = 0; one < cases; one++) {
  // The shipped test set has the first 2,000.
  const images = Array.from({ length: count }, (_, i) => imageOf(2000 + one * count + i));
  const known = new Map<string, Float32Array>();
  const bytes = (resize: Resize, i: number): Float32Array => {
    const key = JSON.stringify([resize.shorterSide, resize.interpolation, resize.fit ?? null, i]);
    const found = known.get(key) ?? Float32Array.from(resizeCrop((images[i] as { image: Rgb8 }).image, resize));
    known.set(key, found);
    return found;
  };
  for (const planted of PLANTED.filter(({ name }) => only === undefined || name === only)) {
    const { preprocessing, relabel, name } = planted;
    const asked = preprocessing.resize ?? RIGHT;
    const way = (resize: Resize, changes: readonly string[]): ImagesOneWay => ({
      changes,
      bytes: async (i) => bytes(resize, i),
    });
    const visit = { batch: BATCH, size: SIDE, network: { classes: CLASSES, channels: 3 }, images: { preprocessing } };
    const labels = images.map(({ label }) => relabel(label));
    const others = geometriesBeside(asked).map(({ resize, changes }) => way(resize, changes));
    const found = await tryMistakes(
      { session, visit: visit as unknown as Visit, tools },
      { labels, resized: [way(asked, []), ...others], maps: labelMapsFor(CLASSES, undefined) },
      Number.POSITIVE_INFINITY,
    );
    if (found === undefined) throw new Error('nothing was tried: give at least 50 images');
    const outcome = outcomeOf(planted, found);
    const counts = outcomes.get(name);
    counts?.set(outcome, (counts.get(outcome) ?? 0) + 1);
    rights.set(name, (rights.get(name) ?? 0) + found.right);
    console.error(`${name}: ${outcome}`);
  }
  console.error(`${one + 1} of ${cases} cases`);
}
console.log('| planted | Top-1 (%) | outcomes |\n| --- | ---: | --- |');
for (const [name, counts] of outcomes) {
  if (counts.size === 0) continue;
  const share = ((100 * (rights.get(name) ?? 0)) / (cases * count)).toFixed(2);
  console.log(`| ${name} | ${share} | ${[...counts].map(([what, times]) => `${times} × ${what}`).join(', ')} |`);
}
process.exit(0);
