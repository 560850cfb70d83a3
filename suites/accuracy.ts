import { rank, top } from '../reference/agreement.ts';
import { cifarImages } from '../reference/images/cifar.ts';
import type { Session, Tools } from './backend.ts';
import type { ResultOf } from './result.ts';
import type { Visit } from './visit.ts';

const CLASSES = 10;

/** What an image is classified as where every score is NaN. */
const NO_CLASS = -1;

/**
 * Top-1 and Top-5 on CIFAR-10 images, batch by batch until all are done or another would break the visit's budget (but
 * one at least), and the images whose class differs from the one that PyTorch predicts.
 */
export async function accuracy(
  session: Session,
  visit: Visit,
  tools: Tools,
  deadline: number,
): Promise<ResultOf<'accuracy'>> {
  const set = cifarImages(await tools.read(visit.files.images));
  const pixels = visit.size * visit.size * 3;
  const differs: { image: number; expected: number; got: number }[] = [];
  let [images, top1, top5] = [0, 0, 0];
  let took = 0;
  while (images < set.count && (images === 0 || tools.now() + took < deadline)) {
    const start = tools.now();
    const count = Math.min(visit.batch, set.count - images);
    const input = new Float32Array(visit.batch * pixels);
    for (let i = 0; i < count; i++) input.set(set.image(images + i), i * pixels);
    const logits = await session.run(session.prepare(input));
    for (let i = 0; i < count; i++) {
      const image = images + i;
      const before = rank(logits, i * CLASSES, CLASSES, set.labels[image] as number);
      if (before < 1) top1++;
      if (before < 5) top5++;
      const expected = Number(visit.predictions[image] ?? Number.NaN);
      const [got = NO_CLASS] = top(logits, i * CLASSES, CLASSES, 1);
      if (expected !== got && !Number.isNaN(expected)) differs.push({ image, expected, got });
    }
    images += count;
    took = tools.now() - start;
  }
  const known = visit.predictions.length >= images;
  return {
    suite: 'accuracy',
    dataset: visit.dataset,
    images,
    available: set.count,
    top1,
    top5,
    differs: known ? differs : null,
  };
}
