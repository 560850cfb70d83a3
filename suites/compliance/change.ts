import { type Change, type ChangeFinding, covers, differs, finding } from '../contract/change.ts';
import type { Ratio } from '../stats/centre.ts';
import { count, percent } from '../stats/format.ts';
import type { Compliance } from './figures.ts';

/** Ratios of times differ where their 95 % intervals do not overlap, and by this share. */
const RATIO_SHARE = 0.05;

/** Compares one ratio of times: how much fresh inputs, or those of another seed, cost. */
function ratios(metric: string, what: string, a: Ratio | undefined, b: Ratio | undefined): ChangeFinding[] {
  if (a === undefined || b === undefined) return [];
  const compared = { metric, base: a.ratio, head: b.ratio, text: (value: number) => `×${value.toFixed(2)}` };
  if (Math.max(a.ratio / b.ratio, b.ratio / a.ratio) <= 1 + RATIO_SHARE) return [];
  if (b.interval[0] > a.interval[1]) return [finding('more caching', compared, what)];
  if (b.interval[1] < a.interval[0]) return [finding('less caching', compared, what)];
  return [];
}

/** Compares classes of the same timed images. */
function classes({ classified: a }: Compliance, { classified: b }: Compliance): ChangeFinding[] {
  if (a === null || b === null) return [];
  const { images } = a;
  if (images !== b.images) return [];
  const text = (right: number) => `${percent(right / images)} % of ${images} timed images`;
  const compared = { metric: 'compliance_top1_images', base: a.top1, head: b.top1, text };
  return differs(['more accurate', 'less accurate'], compared, '');
}

/** Compares the answers to timed calls, what was tried, and the ratios that a cache would change. */
const find = (a: Compliance, b: Compliance): ChangeFinding[] => {
  const share = ({ varying, calls }: Compliance) => (calls === 0 ? 0 : varying / calls);
  return [
    ...classes(a, b),
    ...covers(
      {
        metric: 'compliance_blocks',
        base: a.blocks,
        head: b.blocks,
        text: (n) => count(n, 'block of calls', 'blocks of calls'),
      },
      Math.max(a.planned ?? 0, b.planned ?? 0),
      '',
    ),
    ...differs(
      ['less repeatable', 'more repeatable'],
      {
        metric: 'compliance_varying_share',
        base: share(a),
        head: share(b),
        text: (value) => `${percent(value)} % of answers vary`,
      },
      'answers that equal no untimed answer to their input, bit for bit',
    ),
    ...ratios('compliance_fresh_over_repeated', 'fresh inputs ÷ one repeated input', a.caching, b.caching),
    ...ratios('compliance_other_seed_over_fresh', 'inputs of another seed ÷ those of the first', a.seeds, b.seeds),
  ];
};

export const change: Change<Compliance> = { unchanged: 'right in both', anywhere: find };
