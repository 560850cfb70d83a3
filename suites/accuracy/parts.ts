import type { ClassifiedBefore } from '../contract/visit.ts';
import { joinDrawn } from './join-drawn.ts';
import { decodePieces, type EachImage, eachImage, encodePieces } from './per-image.ts';
import type { AccuracyResult, SettledImages } from './schema.ts';

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

/** The numbers of the images that were classified, in the order of `answers`. */
export const numbersOf = (result: Pick<AccuracyResult, 'parts' | 'images' | 'available'>): number[] =>
  partsOf(result).flatMap(({ first, images }) => Array.from({ length: images }, (_, i) => first + i));

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

/** What several results say of each image, in the order of their numbers; undefined where one of them does not. */
function joinImages(results: readonly AccuracyResult[]): EachImage | undefined {
  const all = results.flatMap((result) => {
    const each = eachImage(result);
    if (each === undefined) return [];
    const [confidences, margins] = [decodePieces(each.confidences), decodePieces(each.margins)];
    return numbersOf(result).map((image, i) => {
      const [answer, label] = [each.answers[i] ?? -1, each.labels[i] ?? 0];
      return { image, answer, label, confidence: confidences[i] ?? Number.NaN, margin: margins[i] ?? Number.NaN };
    });
  });
  if (all.length < sum(results.map(({ images }) => images))) return undefined;
  all.sort((a, b) => a.image - b.image);
  return {
    answers: all.map(({ answer }) => answer),
    labels: all.map(({ label }) => label),
    confidences: encodePieces(all.map(({ confidence }) => confidence)),
    margins: encodePieces(all.map(({ margin }) => margin)),
  };
}

/** What the reference says of the images of several results; undefined where it was asked by none. */
function joinSettled(results: readonly AccuracyResult[]): SettledImages | undefined {
  const all = results.flatMap(({ settled }) => settled ?? []);
  if (all.length === 0) return undefined;
  const why = all.flatMap((one) => one.why ?? [])[0];
  return {
    chosen: all.some(({ chosen }) => chosen === 'differing') ? 'differing' : 'samples',
    images: all.flatMap(({ images }) => images).sort((a, b) => a.image - b.image),
    open: sum(all.flatMap(({ chosen, open }) => (chosen === 'differing' ? open : 0))),
    ...(why === undefined ? {} : { why }),
  };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/**
 * Joins the results of several parts of a data set. All parts together give the result of the whole set. Throws where
 * they are of different sets or pixels, or overlap.
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
  const hashes = new Set(results.flatMap(({ pixels }) => pixels ?? []));
  if (hashes.size > 1) throw new Error(`${one.dataset} had other pixels in one part than in another`);
  const [pixels] = hashes;
  const images = sum(results.map((result) => result.images));
  const settled = joinSettled(results);
  const drawn = joinDrawn(results.flatMap((result) => result.drawn ?? []));
  const diagnosis = results.find((result) => result.diagnosis !== undefined)?.diagnosis;
  const differs = results.flatMap((result) => result.differs ?? []);
  const names = results.flatMap((result) => result.names ?? []).sort((a, b) => a.image - b.image);
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
    // They are the set's, so that all parts have the same.
    ...(one.skipped === undefined ? {} : { skipped: one.skipped }),
    ...(one.duplicates === undefined ? {} : { duplicates: one.duplicates }),
    ...(images === one.available || parts.length === 0 ? {} : { parts }),
    ...joinImages(results),
    ...(names.length > 0 ? { names } : {}),
    ...(one.classNames === undefined ? {} : { classNames: one.classNames }),
    ...(pixels === undefined ? {} : { pixels }),
    ...(settled === undefined ? {} : { settled }),
    ...(diagnosis === undefined ? {} : { diagnosis }),
    // Parts may come from machines that others use more or less.
    ...(results.length > 1 || one.speed === undefined ? {} : { speed: one.speed }),
    ...(drawn === undefined ? {} : { drawn }),
  };
}

/** What parts say of the images from the first on; undefined where they are not in a row, or older. */
export function continued(parts: readonly AccuracyResult[]): ClassifiedBefore | undefined {
  let joined: AccuracyResult;
  try {
    joined = joinParts(parts);
  } catch {
    return undefined;
  }
  const [each, numbers] = [eachImage(joined), numbersOf(joined)];
  const [first = 0] = numbers;
  if (each === undefined || numbers.some((image, i) => image !== first + i)) return undefined;
  const { images, top1, top5, nonfinite = 0, differs } = joined;
  const { answers, confidences, margins } = each;
  return { first, images, top1, top5, nonfinite, differs: differs ?? [], answers, confidences, margins };
}
