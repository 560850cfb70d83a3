import { maximum } from '../../reference/collect.ts';
import { checkColumns } from '../contract/checks.ts';
import { type Column, columnsFrom } from '../contract/suite.ts';
import type { CheckRow } from '../record/check-row.ts';
import type { Layers } from './figures.ts';

/** The layer with the largest error ÷ bound comes first. */
export const worst = ({ layers }: Layers): CheckRow | undefined => layers[0]?.check;

/** Largest error of a layer over what right implementations of it do. */
const largestFit = ({ layers }: Layers): number | undefined => {
  const ratios = layers.flatMap(({ fit }) => fit?.ratio ?? []);
  return ratios.length === 0 ? undefined : maximum(ratios);
};

export const columns: readonly Column<Layers>[] = [
  ...checkColumns<Layers>(worst),
  ...columnsFrom<Layers>(72, [
    ['layers_checked', ({ layers }) => layers.length],
    ['layers_total', ({ total }) => total],
  ]),
  ...columnsFrom<Layers>(166, [['layers_error_over_right_implementations', largestFit]]),
];
