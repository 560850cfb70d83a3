import { nonfiniteIn } from '../contract/answers.ts';
import type { BackendModule, BackendRow, Session, Tools } from '../contract/backend.ts';
import { classify, imageBatch, openImages } from '../contract/classify.ts';
import { open } from '../contract/open.ts';
import { sessionOptions } from '../contract/options.ts';
import { inspect } from '../contract/prove.ts';
import type { Visit, VisitResult } from '../contract/visit.ts';
import { imagesOf } from './parts.ts';
import type { AccuracyResult } from './schema.ts';

export const phases = ['accuracy'];

/** Share of a visit's budget for classifying images. Opening the model and proving the placement take the rest. */
const SHARE = 0.6;

/**
 * Classifies CIFAR-10 images batch by batch, until all of its part are done or the next batch would exceed the visit's
 * budget, but at least one batch. Returns how many are correct (Top-1, Top-5), and the images whose class differs from PyTorch's
 * prediction.
 */
export async function classifyImages(
  session: Session,
  visit: Visit,
  tools: Tools,
  deadline: number,
): Promise<AccuracyResult> {
  const { images: at } = visit;
  if (at === undefined) throw new Error('no images were sent');
  const { batch, network } = visit;
  const { classes } = network;
  const set = await openImages(at, network, tools);
  const { first, planned } = imagesOf(set.count, batch, at.part);
  const differs: { image: number; expected: number; got: number }[] = [];
  let [images, top1, top5, nonfinite] = [0, 0, 0, 0];
  let took = 0;
  while (images < planned && (images === 0 || tools.now() + took < deadline)) {
    const start = tools.now();
    const logits = await session.run(session.prepare(await imageBatch(set, first + images, visit)));
    const classified = classify(logits, set, first + images, { batch, classes, predictions: at.predictions });
    nonfinite += nonfiniteIn(logits);
    images += classified.count;
    top1 += classified.top1;
    top5 += classified.top5;
    differs.push(...classified.differs);
    took = tools.now() - start;
  }
  const known = (at.predictions?.length ?? 0) >= first + images;
  return {
    suite: 'accuracy',
    dataset: at.name,
    images,
    available: set.count,
    top1,
    top5,
    differs: known ? differs : null,
    ...(nonfinite > 0 ? { nonfinite } : {}),
    ...(at.part === undefined ? {} : { parts: [{ first, planned, images }] }),
  };
}

/** Opens the model, classifies and proves the placement. */
export async function visit(
  visit: Visit,
  row: BackendRow,
  module: BackendModule,
  tools: Tools,
): Promise<VisitResult<AccuracyResult>> {
  const began = tools.now();
  const { measured, inspected } = sessionOptions(visit, row);
  const { backend, session } = await open(module, row, measured, tools);
  await tools.phase('accuracy');
  const result = await classifyImages(session, visit, tools, began + visit.budgetMs * SHARE);
  const { placement } = await inspect({ backend, session }, inspected, []);
  await session.close();
  return { placement, results: [result] };
}
