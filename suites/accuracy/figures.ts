import { type Interval, wilson } from '../stats/quantiles.ts';
import { classified } from './parts.ts';
import type { AccuracyResult } from './schema.ts';

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
  /** The images that were classified, as text: `0–5000`. */
  readonly classified: string;
};

/**
 * Undefined where no image was classified, as in a part without images. The round with the most images; among equals, the one with the worst Top-1. Rounds see the same images, so they are
 * not added up.
 */
export function accuracy(results: readonly AccuracyResult[]): Accuracy | undefined {
  const [one] = [...results].sort((a, b) => b.images - a.images || a.top1 - b.top1);
  if (one === undefined || one.images === 0) return undefined;
  const { suite, dataset, images, available, top1, top5, differs } = one;
  const [top1Interval, top5Interval] = [wilson(top1, images), wilson(top5, images)];
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
    classified: classified(one),
  };
}
