import { type Column, columnsFrom } from '../contract/suite.ts';
import type { Accuracy } from './figures.ts';

export const columns: readonly Column<Accuracy>[] = columnsFrom<Accuracy>(50, [
  ['accuracy_dataset', ({ dataset }) => dataset],
  ['accuracy_images', ({ images }) => images],
  ['accuracy_images_available', ({ available }) => available],
  ['accuracy_top1_images', ({ top1 }) => top1],
  ['accuracy_top5_images', ({ top5 }) => top5],
  ['accuracy_top1_share_low', ({ top1Interval }) => top1Interval[0]],
  ['accuracy_top1_share_high', ({ top1Interval }) => top1Interval[1]],
  ['accuracy_differs_from_pytorch_images', ({ differs }) => differs?.length],
]);
