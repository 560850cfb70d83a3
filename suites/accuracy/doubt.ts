import { z } from 'zod';
import type { Visit } from '../contract/visit.ts';
import { wilson } from '../stats/quantiles.ts';
import { type AccuracyResult, diagnosisSchema } from './schema.ts';

/** Whether a score is in doubt: it is surely below what is expected, a share of all images, or nothing is expected. */
export function isDoubtful(
  { top1, images }: Pick<AccuracyResult, 'top1' | 'images'>,
  expected: number | undefined,
): boolean {
  const [, most] = wilson(top1, images);
  return expected === undefined || most < expected;
}

/** Whether a second visit is to explain a score: it is in doubt, and only files resized in other ways may explain it. */
export const isUnexplained = (result: AccuracyResult, { images, network }: Visit): boolean =>
  images?.resized !== undefined &&
  network.channels === 3 &&
  result.images > 0 &&
  result.diagnosis === undefined &&
  isDoubtful(result, images.expected);

const sentSchema = z.object({ diagnosis: diagnosisSchema });

/** The result with the diagnosis that the second visit sent; undefined where it sent none. */
export function explainedBy(result: AccuracyResult, sent: unknown): AccuracyResult | undefined {
  const { success, data } = sentSchema.safeParse(sent);
  return success ? { ...result, diagnosis: data.diagnosis } : undefined;
}
