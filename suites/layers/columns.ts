import { checkColumns } from '../contract/checks.ts';
import { type Column, columnsFrom } from '../contract/suite.ts';
import type { CheckRow } from '../record/check-row.ts';
import type { Layers } from './figures.ts';

/** The layer with the largest error ÷ bound comes first. */
export const worst = ({ layers }: Layers): CheckRow | undefined => layers[0]?.check;

export const columns: readonly Column<Layers>[] = [
  ...checkColumns<Layers>(worst),
  ...columnsFrom<Layers>(72, [
    ['layers_checked', ({ layers }) => layers.length],
    ['layers_total', ({ total }) => total],
  ]),
];
