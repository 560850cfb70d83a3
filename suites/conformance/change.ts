import { type Change, type ChangeFinding, covers, finding, missingNames, moves } from '../contract/change.ts';
import type { CheckRow } from '../record/check-row.ts';
import { ratio } from '../stats/format.ts';
import type { Conformance } from './figures.ts';

/** An error has moved where error ÷ allowed changes by this factor and one of the two is above the floor. */
const MOVED = { factor: 2, floor: 0.01 };

/** Compares how many of the decided images have the truth's class, where both runs decided as many. */
const classes = (a: CheckRow, b: CheckRow): ChangeFinding[] =>
  (['top1', 'top5'] as const).flatMap((level) => {
    const [base, head] = [a[level], b[level]];
    if (!base || !head || base.of === 0 || head.of === 0) return [];
    // Runs of other numbers of rounds decide other numbers of images: their shares are compared.
    const [before, after] = [base.agree / base.of, head.agree / head.of];
    if (before === after) return [];
    const verdict = after < before ? 'less accurate' : 'more accurate';
    const text = (share: number) => `${(100 * share).toFixed(1)} % agree`;
    return [finding(verdict, { metric: `${level}_agreeing_share`, base: before, head: after, text }, a.tensor)];
  });

/**
 * Compares error ÷ allowed of every tensor (a larger ratio is no failure while it is at most 1), the classes, and which
 * tensors were compared at all.
 */
function find(a: Conformance, b: Conformance): ChangeFinding[] {
  const [before, after] = [a, b].map(({ checks }) => checks.map(({ tensor }) => tensor)) as [string[], string[]];
  const tensors = { metric: 'tensors_compared', base: before.length, head: after.length };
  const fewer = before.length > after.length ? missingNames(before, after) : missingNames(after, before);
  const pairs = a.checks.flatMap((base) => {
    const head = b.checks.find(({ tensor }) => tensor === base.tensor);
    return head === undefined ? [] : [{ base, head }];
  });
  const errors = pairs.flatMap(({ base, head }) =>
    moves(
      ['larger error', 'smaller error'],
      {
        metric: `${base.tensor}_error_over_allowed`,
        base: base.ratio,
        head: head.ratio,
        text: (value) => `error ÷ allowed ${ratio(value)}`,
      },
      MOVED,
    ).map((one) => ({ ...one, detail: base.tensor })),
  );
  // The largest ratio of all tensors decides: the one that moved most comes first.
  const worst = (one: ChangeFinding) => Math.max(Number(one.base), Number(one.head));
  return [
    ...errors.sort((one, other) => worst(other) - worst(one)),
    ...pairs.flatMap(({ base, head }) => classes(base, head)),
    ...covers({ ...tensors, text: (n) => `${n} tensors` }, 0, fewer),
  ];
}

export const change: Change<Conformance> = { unchanged: 'right in both', anywhere: find };
