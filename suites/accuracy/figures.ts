import { type Interval, wilson } from '../stats/quantiles.ts';
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
};

/**
 * The round with the most images; among equals, the one with the worst Top-1. Rounds see the same images, so they are
 * not added up.
 */
export function accuracy(results: readonly AccuracyResult[]): Accuracy | undefined {
  const [one] = [...results].sort((a, b) => b.images - a.images || a.top1 - b.top1);
  return one && { ...one, top1Interval: wilson(one.top1, one.images), top5Interval: wilson(one.top5, one.images) };
}
