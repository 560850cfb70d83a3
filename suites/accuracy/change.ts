import { type Change, type ChangeFinding, covers, finding } from '../contract/change.ts';
import { count, number, percent } from '../stats/format.ts';
import { differingOf, paired } from '../stats/paired.ts';
import { type Accuracy, decoded, otherSet } from './figures.ts';

/** Images of a change that are named. */
const NAMED = 5;

/** A comparison of right answers, with the images that decide it where both runs hold them. */
function pairedText(a: Accuracy, b: Accuracy): { readonly detail: string; readonly changed: number } | undefined {
  const [base, head] = [decoded(a), decoded(b)];
  if (base === undefined || head === undefined) return undefined;
  const pair = paired(base.answers, head.answers, base.labels);
  const at = differingOf(pair);
  if (at.length === 0) return { detail: '', changed: 0 };
  const named = at.slice(0, NAMED).map((i) => {
    const margins = [base.margins[i], head.margins[i]].map((value) => number(value ?? Number.NaN));
    return `#${base.numbers[i]}: ${base.answers[i]} → ${head.answers[i]} (label ${base.labels[i]}, margins ${margins.join(' and ')})`;
  });
  const more = at.length > NAMED ? `, and ${at.length - NAMED} more` : '';
  const { gained, lost, otherwise, p } = pair;
  const counts = `${gained.length} gained, ${lost.length} lost, ${otherwise.length} otherwise wrong`;
  return {
    detail: `${count(at.length, 'image')} got another class: ${counts}, p ${p.toPrecision(2)} (McNemar’s exact test); ${named.join(', ')}${more}`,
    changed: at.length,
  };
}

/** Why two measurements are not of the same images, as text; undefined where they are. */
function otherImages(a: Accuracy, b: Accuracy): string | undefined {
  if (a.classified !== b.classified) return `not the same images: ${a.classified}, then ${b.classified}`;
  const labels = b.each?.labels;
  return labels !== undefined && a.each?.labels.some((label, i) => label !== labels[i])
    ? 'not the same labels, so their right answers are not compared'
    : undefined;
}

/**
 * Compares the same images one by one. One weights file on one runtime always gives the same classes, so one image
 * already counts: a run with as many gained as lost is not the same.
 */
function find(a: Accuracy, b: Accuracy): ChangeFinding[] {
  const images = { metric: 'accuracy_images', base: a.images, head: b.images, text: (n: number) => count(n, 'image') };
  if (a.dataset === b.dataset && a.images !== b.images)
    return covers(
      images,
      Math.max(a.available, b.available),
      'not the same images, so their classes are not compared: give both the same --budget',
    );
  const other = otherSet(a, b) ?? otherImages(a, b);
  if (other !== undefined) return [finding('unsure', images, other)];
  const pair = pairedText(a, b);
  const text = (right: number) => `${percent(right / a.images)} % of ${a.images}`;
  const found = (['top1', 'top5'] as const).flatMap((metric) => {
    const [base, head] = [a[metric], b[metric]];
    if (base === head) return [];
    const what = metric === 'top1' ? '' : ', Top-5';
    const detail = `${count(Math.abs(head - base), 'image')}${what}`;
    return [
      finding(
        head < base ? 'less accurate' : 'more accurate',
        { metric: `accuracy_${metric}_images`, base, head, text },
        metric === 'top1' && pair !== undefined && pair.changed > 0 ? `${detail}: ${pair.detail}` : detail,
      ),
    ];
  });
  if (a.top1 !== b.top1 || pair === undefined || pair.changed === 0) return found;
  const same = { metric: 'accuracy_top1_images', base: a.top1, head: b.top1, text };
  return [...found, finding('unsure', same, `as many right, but not the same ones: ${pair.detail}`)];
}

export const change: Change<Accuracy> = { unchanged: 'same accuracy', anywhere: find };
