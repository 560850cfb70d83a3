import type { CifarImages } from '../../reference/datasets/cifar.ts';
import { rank, top } from '../../reference/judge/agreement.ts';
import type { LabelledImages, Workload } from './visit.ts';

/** Classes of CIFAR-10. */
const CLASSES = 10;

/** What an image is classified as where every score is NaN. */
const NO_CLASS = -1;

/** Images of a set from the first on, as one batch: zeros where the set has no more. */
export function imageBatch(
  set: CifarImages,
  first: number,
  { batch, size }: Pick<Workload, 'batch' | 'size'>,
): Float32Array {
  const pixels = size * size * 3;
  const input = new Float32Array(batch * pixels);
  for (let i = 0; i < batch && first + i < set.count; i++) input.set(set.image(first + i), i * pixels);
  return input;
}

/** How logits classify the images of a batch: how many right at first and among five, and where PyTorch's are others. */
export function classify(
  logits: ArrayLike<number>,
  set: CifarImages,
  first: number,
  { batch, predictions }: Pick<Workload, 'batch'> & Pick<LabelledImages, 'predictions'>,
) {
  const count = Math.min(batch, set.count - first);
  const differs: { image: number; expected: number; got: number }[] = [];
  let [top1, top5] = [0, 0];
  for (let i = 0; i < count; i++) {
    const image = first + i;
    const before = rank(logits, i * CLASSES, CLASSES, set.labels[image] as number);
    if (before < 1) top1++;
    if (before < 5) top5++;
    const expected = Number(predictions?.[image] ?? Number.NaN);
    const [got = NO_CLASS] = top(logits, i * CLASSES, CLASSES, 1);
    if (expected !== got && !Number.isNaN(expected)) differs.push({ image, expected, got });
  }
  return { count, top1, top5, differs };
}
