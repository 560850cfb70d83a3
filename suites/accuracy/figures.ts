import { findDataSet } from '../../reference/datasets/datasets.ts';
import { findCheckpoint } from '../../reference/weights/checkpoints.ts';
import { type Calibration, calibration } from '../stats/calibration.ts';
import { type MlperfRule, mlperfRule } from '../stats/mlperf.ts';
import { type Interval, wilson } from '../stats/quantiles.ts';
import { classified, numbersOf } from './parts.ts';
import { decodePieces, type EachImage, eachImage } from './per-image.ts';
import type { AccuracyResult, Decided } from './schema.ts';
import { isTie, isWrongClass } from './verdict.ts';

export type Accuracy = {
  readonly suite: 'accuracy';
  readonly dataset: string;
  readonly images: number;
  readonly available: number;
  readonly top1: number;
  readonly top5: number;
  readonly top1Interval: Interval;
  readonly top5Interval: Interval;
  readonly differs: AccuracyResult['differs'];
  readonly skipped: AccuracyResult['skipped'];
  readonly duplicates: AccuracyResult['duplicates'];
  /** The images that were classified, as text: `0–5000`. */
  readonly classified: string;
  /** Their parts, where not all of the set were planned. */
  readonly parts: AccuracyResult['parts'];
  /** Undefined in older files. Confidences and margins are encoded: see `decoded`. */
  readonly each: EachImage | undefined;
  readonly pixels: string | undefined;
  readonly settled: AccuracyResult['settled'];
  readonly diagnosis: AccuracyResult['diagnosis'];
  /** How many of these images PyTorch classifies right; undefined where its classes are unknown. */
  readonly pytorch: number | undefined;
  readonly calibration: Calibration | undefined;
};

/**
 * How many images PyTorch classifies right: its class is the answer's, except for those that differ. Undefined where its
 * classes or the labels are unknown.
 */
function rightOfPyTorch(one: AccuracyResult): number | undefined {
  const { differs, answers, labels } = one;
  if (differs === null || answers === undefined || labels === undefined) return undefined;
  const expected = new Map(differs.map(({ image, expected }) => [image, expected]));
  return numbersOf(one).filter((image, i) => (expected.get(image) ?? answers[i]) === labels[i]).length;
}

function calibrationOf({ answers, labels, confidences }: EachImage): Calibration | undefined {
  return calibration(decodePieces(confidences), (i) => answers[i] === labels[i]);
}

/**
 * The round with the most images; among equals, the one with the worst Top-1. Rounds see the same images, so they are not
 * added up. Undefined where no image was classified, as in a part without images.
 */
export function accuracy(results: readonly AccuracyResult[]): Accuracy | undefined {
  const [one] = [...results].sort((a, b) => b.images - a.images || a.top1 - b.top1);
  if (one === undefined || one.images === 0) return undefined;
  const { suite, dataset, images, available, top1, top5, differs, skipped, duplicates, parts, pixels, settled } = one;
  const [top1Interval, top5Interval] = [wilson(top1, images), wilson(top5, images)];
  const each = eachImage(one);
  return {
    suite,
    dataset,
    images,
    available,
    top1,
    top5,
    top1Interval,
    top5Interval,
    differs,
    skipped,
    duplicates,
    classified: classified(one),
    parts,
    each,
    pixels,
    settled,
    diagnosis: one.diagnosis,
    pytorch: rightOfPyTorch(one),
    calibration: each && calibrationOf(each),
  };
}

/** What the reference decided on images: those whose class it rules out, ties, and those where it has the same class. */
export type Decisions = {
  readonly wrong: readonly Decided[];
  readonly ties: readonly Decided[];
  readonly same: readonly Decided[];
};

export function decisionsOf({ settled }: Pick<Accuracy, 'settled'>): Decisions {
  const images = settled?.images ?? [];
  return {
    wrong: images.filter(isWrongClass),
    ties: images.filter(isTie),
    same: images.filter((one) => one.got === one.reference && !isWrongClass(one)),
  };
}

/** Each classified image: its number, class, label, confidence and margin; undefined in older files. */
export function decoded(one: Accuracy) {
  const { each } = one;
  return (
    each && {
      ...each,
      numbers: numbersOf(one),
      confidences: decodePieces(each.confidences),
      margins: decodePieces(each.margins),
    }
  );
}

/** Why two measurements are not of one set of images, as text; undefined where they are. */
export function otherSet(a: Accuracy, b: Accuracy): string | undefined {
  if (a.dataset !== b.dataset) return `not the same images: ${a.dataset}, then ${b.dataset}`;
  return a.pixels !== undefined && b.pixels !== undefined && a.pixels !== b.pixels
    ? 'not the same pixels, so their classes are not compared'
    : undefined;
}

/**
 * The published Top-1 of a model's checkpoint, in per cent, and whether these images are the whole set that it is of.
 * Undefined where they are of another set.
 */
export function publishedOf(
  { dataset, images }: Pick<Accuracy, 'dataset' | 'images'>,
  model: string,
): { readonly percent: number; readonly whole: boolean } | undefined {
  const checkpoint = findCheckpoint(model);
  const set = checkpoint && findDataSet(checkpoint.dataset);
  if (checkpoint?.top1 === undefined || set === undefined) return undefined;
  // The available part of a set is named after it.
  if (dataset !== set.title && !dataset.startsWith(`${set.title}, `)) return undefined;
  return { percent: checkpoint.top1, whole: images === set.images };
}

/** MLPerf's accuracy rule; undefined where nothing is known to compare with. */
export const ruleOf = (figures: Accuracy, model: string): MlperfRule | undefined =>
  mlperfRule(figures, publishedOf(figures, model));

/** A diagnosis in words; undefined where nothing usual explains the score. */
export function diagnosisText({
  images,
  right,
  best,
  equal,
}: NonNullable<AccuracyResult['diagnosis']>): string | undefined {
  if (best === null) return undefined;
  const others =
    equal.length === 0 ? '' : `; these images cannot tell that from: ${equal.map((one) => one.mistake).join(' | ')}`;
  return `the network seems to expect ${best.mistake}: ${best.right} instead of ${right} of ${images} images are correct so${others}`;
}
