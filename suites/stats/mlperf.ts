/** The share of the reference's accuracy that MLPerf Inference's closed division asks of image classification. */
export const MLPERF_SHARE = 0.99;

/** MLPerf's accuracy rule: a Top-1 as a share of the reference's, and whether that is enough. */
export type MlperfRule = { readonly share: number; readonly passes: boolean; readonly against: string };

/**
 * Whether a Top-1 is at least 99 % of the reference's own on the same images; where that is unknown, of the published
 * one, if the whole set was classified. Undefined where neither applies. Shares are 0 to 1; `published` is in per cent.
 */
export function mlperfRule(
  { top1, images, pytorch }: { readonly top1: number; readonly images: number; readonly pytorch: number | undefined },
  published: { readonly percent: number; readonly whole: boolean } | undefined,
): MlperfRule | undefined {
  const rule = (share: number, against: string): MlperfRule => ({ share, passes: share >= MLPERF_SHARE, against });
  if (pytorch !== undefined && pytorch > 0) return rule(top1 / pytorch, 'PyTorch on the same images');
  if (published?.whole && published.percent > 0)
    return rule((100 * top1) / images / published.percent, 'the published figure');
  return undefined;
}
