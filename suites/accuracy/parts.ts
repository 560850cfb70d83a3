import type { AccuracyResult } from './schema.ts';

/** A range of images that was planned, and how many of it were classified, from its first on. */
type ImagePart = NonNullable<AccuracyResult['parts']>[number];

/**
 * The images of a part: whole batches, so that each image is in the same batch as without parts, and its output is the
 * same. `index` is from 1. May be empty where there are more parts than batches.
 */
export function imagesOf(count: number, batch: number, part: { index: number; of: number } | undefined) {
  if (part === undefined) return { first: 0, planned: count };
  const batches = Math.ceil(count / batch);
  const begin = (index: number) => Math.min(count, Math.floor((index * batches) / part.of) * batch);
  const first = begin(part.index - 1);
  return { first, planned: begin(part.index) - first };
}

/** The parts of a result: one, of all images, where they were not split. */
const partsOf = ({
  parts,
  images,
  available,
}: Pick<AccuracyResult, 'parts' | 'images' | 'available'>): readonly ImagePart[] =>
  parts ?? [{ first: 0, planned: available, images }];

/** Number of images that were planned. */
export const plannedOf = (result: Pick<AccuracyResult, 'parts' | 'images' | 'available'>): number =>
  partsOf(result).reduce((sum, { planned }) => sum + planned, 0);

/** The images that were classified, as text: ranges without gaps, so that it is equal for equal images. */
export function classified(result: Pick<AccuracyResult, 'parts' | 'images' | 'available'>): string {
  const ranges: { from: number; to: number }[] = [];
  for (const { first, images } of partsOf(result)) {
    const last = ranges.at(-1);
    if (last?.to === first) last.to += images;
    else if (images > 0) ranges.push({ from: first, to: first + images });
  }
  return ranges.map(({ from, to }) => `${from}–${to}`).join(', ');
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/**
 * Joins the results of several parts of a data set. All parts together give the result of the whole set. Throws where
 * they are of different sets, or overlap.
 */
export function joinParts(results: readonly AccuracyResult[]): AccuracyResult {
  const [one] = results;
  if (one === undefined) throw new Error('accuracy: there is no part to join');
  const other = results.find(({ dataset, available }) => dataset !== one.dataset || available !== one.available);
  if (other !== undefined)
    throw new Error(
      `accuracy was measured on ${one.dataset} (${one.available} images) and on ${other.dataset} (${other.available})`,
    );
  const parts = results
    .flatMap(partsOf)
    .filter(({ planned }) => planned > 0)
    .sort((a, b) => a.first - b.first);
  const twice = parts.find(({ first }, i) => {
    const before = parts[i - 1];
    return before !== undefined && first < before.first + before.planned;
  });
  if (twice !== undefined) throw new Error(`image ${twice.first} of ${one.dataset} is in two parts`);
  const images = sum(results.map((result) => result.images));
  const differs = results.flatMap((result) => result.differs ?? []);
  const nonfinite = sum(results.map((result) => result.nonfinite ?? 0));
  return {
    suite: 'accuracy',
    dataset: one.dataset,
    images,
    available: one.available,
    top1: sum(results.map(({ top1 }) => top1)),
    top5: sum(results.map(({ top5 }) => top5)),
    differs: results.some((result) => result.differs === null) ? null : differs.sort((a, b) => a.image - b.image),
    ...(nonfinite > 0 ? { nonfinite } : {}),
    ...(images === one.available || parts.length === 0 ? {} : { parts }),
  };
}
