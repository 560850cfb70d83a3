import { checkColumns } from '../contract/checks.ts';
import { type Column, columnsFrom } from '../contract/suite.ts';
import type { Conformance } from './figures.ts';

const logits = ({ checks }: Conformance) => checks.find((check) => check.tensor === 'logits');

export const columns: readonly Column<Conformance>[] = [
  ...checkColumns<Conformance>(({ worst }) => worst),
  ...columnsFrom<Conformance>(80, [
    ['conformance_top1_agreeing_images', (one) => logits(one)?.top1?.agree],
    ['conformance_top1_decided_images', (one) => logits(one)?.top1?.of],
    ['conformance_top5_agreeing_images', (one) => logits(one)?.top5?.agree],
    ['conformance_top5_decided_images', (one) => logits(one)?.top5?.of],
  ]),
];
