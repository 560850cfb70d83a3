import { type ChangeFinding, changed } from '../contract/change.ts';
import { percent } from '../stats/format.ts';
import type { Accuracy } from './figures.ts';

/**
 * Compares how many of the same images are classified correctly. One weights file on one runtime always gives the same
 * classes, so a difference of one image already counts.
 */
export function find(a: Accuracy | undefined, b: Accuracy | undefined): ChangeFinding {
  if (a === undefined || b === undefined) return changed('unsure', '', 'no accuracy was measured');
  const share = ({ top1, images }: Accuracy) => `${percent(top1 / images)} % of ${images}`;
  const figures = `${share(a)} → ${share(b)}`;
  if (a.dataset !== b.dataset || a.classified !== b.classified)
    return changed('unsure', figures, 'not the same images: give both the same --budget');
  if (a.top1 === b.top1) return changed('same', figures, '');
  const verdict = b.top1 < a.top1 ? 'less accurate' : 'more accurate';
  return changed(verdict, figures, `${Math.abs(b.top1 - a.top1)} images`);
}
