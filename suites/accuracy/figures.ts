import { findDataSet } from '../../reference/datasets/datasets.ts';
import { findCheckpoint } from '../../reference/weights/checkpoints.ts';
import { type Calibration, calibration } from '../stats/calibration.ts';
import { count, percent } from '../stats/format.ts';
import { mcnemarP } from '../stats/mcnemar.ts';
import { type MlperfRule, mlperfRule } from '../stats/mlperf.ts';
import { type Interval, wilson } from '../stats/quantiles.ts';
import { classified, numbersOf } from './parts.ts';
import { decodePieces, type EachImage, eachImage } from './per-image.ts';
import type { AccuracyResult, Decided, DrawnImages } from './schema.ts';
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
  /** Names of the images that differ or were settled; undefined where images have none. */
  readonly names: AccuracyResult['names'];
  readonly classNames: AccuracyResult['classNames'];
  readonly settled: AccuracyResult['settled'];
  readonly diagnosis: AccuracyResult['diagnosis'];
  /** How fast images were classified, and whether they were decoded meanwhile; undefined where it is not known. */
  readonly speed: AccuracyResult['speed'];
  readonly perSecond: number | undefined;
  readonly drawn: AccuracyResult['drawn'];
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

/** Images per second; undefined where no image was classified, as in a resumed run that had all. */
function perSecondOf({ speed }: AccuracyResult): number | undefined {
  return speed === undefined || speed.images === 0 || speed.seconds === 0 ? undefined : speed.images / speed.seconds;
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
    names: one.names,
    classNames: one.classNames,
    settled,
    diagnosis: one.diagnosis,
    speed: one.speed,
    perSecond: perSecondOf(one),
    drawn: one.drawn,
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

/** A class as text: its number, and its name where that is known. `model`: that of the figures. */
export function classText(model: string, { classNames }: Pick<Accuracy, 'classNames'>): (label: number) => string {
  const set = findDataSet(findCheckpoint(model)?.dataset ?? '');
  const names = set?.titles ?? set?.names ?? classNames;
  return (label) => [label, ...(names?.[label] === undefined ? [] : [names[label]])].join(' ');
}

/** An image as text: its number, and its file where the record has that. */
export const imageText = (image: number, { names }: Pick<Accuracy, 'names'>): string =>
  [image, ...(names ?? []).filter((one) => one.image === image).map(({ name }) => name)].join(' ');

/** MLPerf's accuracy rule; undefined where nothing is known to compare with. */
export const ruleOf = (figures: Accuracy, model: string): MlperfRule | undefined =>
  mlperfRule(figures, publishedOf(figures, model));

/** The usual mistakes that images cannot tell from the request, in words; undefined where there are none. */
export function alikeText({ alike = [], images }: NonNullable<AccuracyResult['diagnosis']>): string | undefined {
  if (alike.length === 0) return undefined;
  return `no usual mistake explains the score; ${images} images cannot tell the request from: ${alike.map((one) => one.mistake).join(' | ')}`;
}

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

/** A way in which a web page draws images: the shares that are right so and by exact pixels, and McNemar's exact p. */
export type DrawnWay = DrawnImages['ways'][number] & {
  readonly images: number;
  readonly top1: number;
  readonly exact: number;
  readonly p: number;
};

/** The ways in which images were drawn, in order. */
export const drawnWays = ({ images, right, ways }: DrawnImages): DrawnWay[] =>
  ways.map((way) => ({
    ...way,
    images,
    top1: way.right / images,
    exact: right / images,
    p: mcnemarP(way.lost, way.gained),
  }));

/** What drawing costs, in words: in the first way, which is the default, and in the worst and the best of the others. */
export function drawnText(drawn: DrawnImages): string | undefined {
  const [usual, ...others] = drawnWays(drawn);
  if (usual === undefined) return undefined;
  const { way, top1, exact, differs, p } = usual;
  const sorted = others.sort((one, other) => one.right - other.right);
  const said = (one: DrawnWay | undefined) => (one === undefined ? '' : `${percent(one.top1)} % (${one.way})`);
  const range = sorted.length === 0 ? '' : `; in other ways ${said(sorted[0])} to ${said(sorted.at(-1))}`;
  return `drawn by the browser as web pages do (${way}), ${count(drawn.images, 'image')} have a Top-1 of ${percent(top1)} % instead of ${percent(exact)} % (${differs.length} of another class, McNemar's p ${p.toPrecision(2)})${range}`;
}

/** What explains a low score, and what drawing costs. */
export function adviceOf({ diagnosis, drawn }: Accuracy): string | undefined {
  const texts = [diagnosis && diagnosisText(diagnosis), drawn && drawnText(drawn)].flatMap((text) => text ?? []);
  return texts.length === 0 ? undefined : texts.join('; ');
}
