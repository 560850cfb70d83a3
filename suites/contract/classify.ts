import type { ImageSet } from '../../reference/datasets/dataset.ts';
import { findDataSet } from '../../reference/datasets/datasets.ts';
import { openPack } from '../../reference/datasets/open-pack.ts';
import { rank, top } from '../../reference/judge/agreement.ts';
import { type Tools, unsupported } from './backend.ts';
import type { LabelledImages, Workload } from './visit.ts';

/** The class of an image where every score is NaN. */
const NO_CLASS = -1;

/** An image of three planes, [3, H, W], with the first and the last exchanged. */
function reversed(image: Float32Array): Float32Array {
  const plane = image.length / 3;
  const other = new Float32Array(image.length);
  for (let channel = 0; channel < 3; channel++)
    other.set(image.subarray(channel * plane, (channel + 1) * plane), (2 - channel) * plane);
  return other;
}

/** A set whose images have their channels in the order that the network takes. */
function inOrder(set: ImageSet, preprocessing: LabelledImages['preprocessing']): ImageSet {
  if (preprocessing.order === undefined) return set;
  const { reach, into: _, packed: __, ...others } = set;
  return {
    ...others,
    image: async (i) => reversed(await set.image(i)),
    ...(reach && { reach: async (count) => inOrder(await reach(count), preprocessing) }),
  };
}

/** A set once all of its images are decoded. Throws where decoding failed. */
export const whole = async (set: ImageSet): Promise<ImageSet> => (await set.reach?.(Number.POSITIVE_INFINITY)) ?? set;

/** Opens the images that a network is scored on, once all are decoded. Throws as `openImagesSoFar` does. */
export const openImages = async (...given: Parameters<typeof openImagesSoFar>): Promise<ImageSet> =>
  whole(await openImagesSoFar(...given));

/**
 * Opens the images that a network is scored on. They may still be decoded meanwhile. Throws where its logits number other
 * classes than the set's labels do: such a score would say nothing.
 */
export async function openImagesSoFar(
  { dataset, path, preprocessing }: LabelledImages,
  { classes }: Workload['network'],
  tools: Pick<Tools, 'read'>,
): Promise<ImageSet> {
  const other = (what: string, number: number) =>
    unsupported(
      `the network has ${classes} classes, the ${what} ${number}`,
      'score a network that was trained for these classes',
    );
  if (dataset === undefined) {
    const set = await openPack(path, preprocessing, tools.read);
    if (set.classes !== classes) throw other('labels', set.classes);
    return inOrder(set, preprocessing);
  }
  const row = findDataSet(dataset);
  if (row === undefined) throw new Error(`no data set '${dataset}'`);
  if (row.classes !== classes) throw other(row.title, row.classes);
  return inOrder(await row.open(path, preprocessing, tools.read), preprocessing);
}

/** The values of a batch. */
export const batchValues = ({ batch, size, network: { channels } }: Pick<Workload, 'batch' | 'size' | 'network'>) =>
  batch * size * size * channels;

/**
 * Images of a set, from `first` on, as one batch. Filled with zeros where the set has no more. Throws where they do not
 * fit. `to`: an array of `batchValues` values to write into; undefined for a new one.
 */
export async function imageBatch(
  set: ImageSet,
  first: number,
  workload: Pick<Workload, 'batch' | 'size' | 'network'>,
  to?: Float32Array,
): Promise<Float32Array> {
  const {
    batch,
    size,
    network: { channels },
  } = workload;
  const values = size * size * channels;
  const input = to ?? new Float32Array(batchValues(workload));
  const count = Math.max(0, Math.min(batch, set.count - first));
  input.fill(0, count * values);
  const put = async (i: number) => {
    if (set.into !== undefined && set.values === values)
      return set.into(first + i, input.subarray(i * values, (i + 1) * values));
    const image = await set.image(first + i);
    if (image.length !== values)
      throw unsupported(
        `image ${first + i} has ${image.length} values, and an input of ${channels}×${size}×${size} takes ${values}`,
        "leave the size open, or ask for that of the set's images",
      );
    input.set(image, i * values);
  };
  // Hashes are computed on other threads, side by side.
  await Promise.all(Array.from({ length: count }, (_, i) => put(i)));
  return input;
}

/** How the logits of a batch are read: images in it, classes of each, and PyTorch's class of each image of the set. */
export type Reading = {
  readonly batch: number;
  readonly classes: number;
  readonly predictions?: readonly number[] | undefined;
};

/**
 * Classifies the images of a batch by their logits: how many are correct (Top-1, Top-5), and where the class differs
 * from PyTorch's.
 */
export function classify(
  logits: ArrayLike<number>,
  set: Pick<ImageSet, 'count' | 'labels' | 'also'>,
  first: number,
  { batch, classes, predictions }: Reading,
) {
  const count = Math.min(batch, set.count - first);
  const differs: { image: number; expected: number; got: number }[] = [];
  let [top1, top5] = [0, 0];
  for (let i = 0; i < count; i++) {
    const image = first + i;
    const right = [set.labels[image] as number, ...(set.also?.[image] ?? [])];
    const before = Math.min(...right.map((label) => rank(logits, i * classes, classes, label)));
    // A label whose score is NaN has the rank `classes`: it is in no Top-k.
    if (before < Math.min(1, classes)) top1++;
    if (before < Math.min(5, classes)) top5++;
    const expected = predictions?.[image];
    const [got = NO_CLASS] = top(logits, i * classes, classes, 1);
    if (expected !== undefined && expected !== got) differs.push({ image, expected, got });
  }
  return { count, top1, top5, differs };
}
