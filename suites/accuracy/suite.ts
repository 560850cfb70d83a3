import { LOCATE, suspect } from '../contract/checks.ts';
import { differing } from '../contract/differing.ts';
import { partial } from '../contract/partial.ts';
import type { Suite } from '../contract/suite.ts';
import { percent } from '../stats/format.ts';
import { change } from './change.ts';
import { columns } from './columns.ts';
import { type Accuracy, accuracy as figures } from './figures.ts';
import { joinParts, plannedOf } from './parts.ts';
import { type AccuracyResult, accuracySchema } from './schema.ts';

export const accuracy: Suite<AccuracyResult, Accuracy> = {
  id: 'accuracy',
  question: 'does the trained network classify as well as it should?',
  of: 'trained',
  once: true,
  dedicated: true,
  timeoutFactor: 1,
  judged: true,
  files: ['export', 'images'],
  batch: 25,
  schema: accuracySchema,
  run: () => import('./run.ts'),
  verdict: (result) => {
    const { differs, nonfinite = 0, images } = result;
    return (
      suspect(
        nonfinite > 0
          ? `${nonfinite} logits are NaN or infinite; not proven wrong, since images have no truth: ${LOCATE}`
          : differing(differs ?? [], 'images'),
      ) ?? partial(images, plannedOf(result), 'image')
    );
  },
  joinParts,
  figures,
  columns,
  headlines: [{ title: 'top-1 %', place: 8, spare: 5, text: ({ top1, images }) => percent(top1 / images) }],
  change,
  ownBatch: true,
};
