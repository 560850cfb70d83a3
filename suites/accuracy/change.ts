import { type Change, type ChangeFinding, covers, finding } from '../contract/change.ts';
import { count, percent } from '../stats/format.ts';
import type { Accuracy } from './figures.ts';

/**
 * Compares how many of the same images are classified correctly. One weights file on one runtime always gives the same
 * classes, so a difference of one image already counts.
 */
function find(a: Accuracy, b: Accuracy): ChangeFinding[] {
  const images = { metric: 'accuracy_images', base: a.images, head: b.images, text: (n: number) => count(n, 'image') };
  if (a.dataset !== b.dataset)
    return [finding('unsure', images, `not the same images: ${a.dataset}, then ${b.dataset}`)];
  if (a.images !== b.images)
    return covers(
      images,
      Math.max(a.available, b.available),
      'not the same images, so their classes are not compared: give both the same --budget',
    );
  if (a.classified !== b.classified)
    return [finding('unsure', images, `not the same images: ${a.classified}, then ${b.classified}`)];
  return (['top1', 'top5'] as const).flatMap((metric) => {
    const [base, head] = [a[metric], b[metric]];
    const text = (right: number) => `${percent(right / a.images)} % of ${a.images}`;
    if (base === head) return [];
    const what = metric === 'top1' ? '' : ', Top-5';
    return [
      finding(
        head < base ? 'less accurate' : 'more accurate',
        { metric: `accuracy_${metric}_images`, base, head, text },
        `${count(Math.abs(head - base), 'image')}${what}`,
      ),
    ];
  });
}

export const change: Change<Accuracy> = { unchanged: 'same accuracy', anywhere: find };
