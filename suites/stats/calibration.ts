/** A bin of confidences: from above `low` up to and including `high`; the first bin holds 0 too. */
export type Bin = {
  readonly low: number;
  readonly high: number;
  readonly images: number;
  /** Mean confidence, and share of right answers; NaN for an empty bin. */
  readonly confidence: number;
  readonly accuracy: number;
};

export type Calibration = {
  /** Expected calibration error: the mean over images of |accuracy − confidence| of their bin, 0 to 1. */
  readonly error: number;
  readonly bins: readonly Bin[];
  /** Images whose confidence is no number: they are in no bin. */
  readonly left: number;
};

/** Number of bins of equal width, as in Guo et al. 2017. */
const BINS = 15;

/**
 * Calibration of answers by their confidence (Guo et al. 2017, "On Calibration of Modern Neural Networks", section 2).
 * Undefined where no confidence is a number.
 */
export function calibration(
  confidences: ArrayLike<number>,
  right: (image: number) => boolean,
): Calibration | undefined {
  const counts = Array.from({ length: BINS }, () => ({ images: 0, sum: 0, right: 0 }));
  let left = 0;
  for (let i = 0; i < confidences.length; i++) {
    const confidence = confidences[i] as number;
    const bin = counts[Math.max(0, Math.min(BINS, Math.ceil(confidence * BINS)) - 1)];
    if (bin === undefined) left++;
    else {
      bin.images++;
      bin.sum += confidence;
      if (right(i)) bin.right++;
    }
  }
  const images = confidences.length - left;
  if (images === 0) return undefined;
  const bins = counts.map(
    (one, i): Bin => ({
      low: i / BINS,
      high: (i + 1) / BINS,
      images: one.images,
      confidence: one.sum / one.images,
      accuracy: one.right / one.images,
    }),
  );
  const error = counts.reduce((sum, one) => sum + Math.abs(one.right - one.sum), 0) / images;
  return { error, bins, left };
}
