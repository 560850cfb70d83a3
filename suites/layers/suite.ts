import { checkHeadline, errorCriterion } from '../contract/checks.ts';
import type { Suite } from '../contract/suite.ts';
import { change } from './change.ts';
import { columns, worst } from './columns.ts';
import { layers as figures, type Layers } from './figures.ts';
import { type LayersResult, layersSchema } from './schema.ts';
import { verdict } from './verdict.ts';

export const layers: Suite<LayersResult, Layers> = {
  id: 'layers',
  question: 'is every layer, run alone, within its worst-case rounding bound, and as exact as right implementations?',
  of: 'networks',
  once: true,
  dedicated: true,
  timeoutFactor: 10,
  judged: true,
  files: [],
  batch: 1,
  schema: layersSchema,
  run: () => import('./run.ts'),
  verdict,
  figures,
  columns,
  headlines: [
    checkHeadline(worst),
    {
      title: 'layers',
      place: 5,
      spare: 7,
      text: ({ layers, total }) => `${layers.length}/${total}`,
    },
  ],
  criteria: [errorCriterion(worst)],
  change,
  gaugedBy: 'judge',
  depth: ({ inOrder }) =>
    inOrder.map(({ ops, check }) => ({ name: `${check.tensor} (${ops.join(' + ')})`, check, ops })),
  decisive: worst,
};
