import { type Column, columnsFrom } from '../contract/suite.ts';
import { type Accuracy, decisionsOf, ruleOf } from './figures.ts';

export const columns: readonly Column<Accuracy>[] = [
  ...columnsFrom<Accuracy>(50, [
    ['accuracy_dataset', ({ dataset }) => dataset],
    ['accuracy_images', ({ images }) => images],
    ['accuracy_images_available', ({ available }) => available],
    ['accuracy_top1_images', ({ top1 }) => top1],
    ['accuracy_top5_images', ({ top5 }) => top5],
    ['accuracy_top1_share_low', ({ top1Interval }) => top1Interval[0]],
    ['accuracy_top1_share_high', ({ top1Interval }) => top1Interval[1]],
    ['accuracy_differs_from_pytorch_images', ({ differs }) => differs?.length],
  ]),
  ...columnsFrom<Accuracy>(167, [
    ['accuracy_top5_share_low', ({ top5Interval }) => top5Interval[0]],
    ['accuracy_top5_share_high', ({ top5Interval }) => top5Interval[1]],
    ['accuracy_calibration_error', ({ calibration }) => calibration?.error],
    ['accuracy_pytorch_top1_images', ({ pytorch }) => pytorch],
    ['accuracy_mlperf_share', (figures, { model }) => ruleOf(figures, model)?.share],
    ['accuracy_ruled_out_images', (figures) => figures.settled && decisionsOf(figures).wrong.length],
    ['accuracy_tied_images', (figures) => figures.settled && decisionsOf(figures).ties.length],
    ['accuracy_unsettled_images', ({ settled }) => settled?.open],
    ['accuracy_pixels_sha256', ({ pixels }) => pixels],
  ]),
  ...columnsFrom<Accuracy>(176, [
    ['accuracy_images_skipped', ({ skipped }) => skipped?.count],
    ['accuracy_images_duplicate', ({ duplicates }) => duplicates?.count],
    ['accuracy_explained_by', ({ diagnosis }) => diagnosis?.best?.mistake],
  ]),
  ...columnsFrom<Accuracy>(179, [
    ['accuracy_images_per_second', ({ perSecond }) => perSecond],
    ['accuracy_images_from', ({ speed }) => speed?.from],
  ]),
];
