import type { Suite } from '../contract/suite.ts';
import { percent } from '../stats/format.ts';
import { change } from './change.ts';
import { columns } from './columns.ts';
import { explainedBy, isUnexplained } from './doubt.ts';
import { type Accuracy, adviceOf, accuracy as figures } from './figures.ts';
import { continued, joinParts } from './parts.ts';
import { type AccuracyResult, accuracySchema } from './schema.ts';
import { across, verdict } from './verdict.ts';

export const accuracy: Suite<AccuracyResult, Accuracy> = {
  id: 'accuracy',
  question: 'does the trained network classify as well as it should?',
  of: 'trained',
  once: true,
  dedicated: true,
  // Twice a visit, so that a busy machine too gets through the 2,000 images of the default run.
  timeoutFactor: 2,
  judged: true,
  files: ['export', 'images'],
  batch: 25,
  schema: accuracySchema,
  run: () => import('./run.ts'),
  verdict,
  across,
  answers: ({ answers }) => answers,
  joinParts,
  continued,
  isUnexplained,
  explainedBy,
  figures,
  columns,
  headlines: [{ title: 'top-1 %', place: 8, spare: 5, text: ({ top1, images }) => percent(top1 / images) }],
  criteria: [
    {
      id: 'top1',
      title: 'Top-1',
      unit: '%',
      place: 4,
      better: 'more',
      value: ({ top1, images }) => (100 * top1) / images,
      interval: ({ top1Interval: [low, high] }) => [100 * low, 100 * high],
      text: ({ top1, images }) => percent(top1 / images),
    },
  ],
  change,
  advice: adviceOf,
  ownBatch: true,
};
