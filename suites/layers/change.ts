import { type Change, type ChangeFinding, covers, finding, missingNames, moves } from '../contract/change.ts';
import type { CheckRow } from '../record/check-row.ts';
import { count, ratio } from '../stats/format.ts';
import type { LayerRow, Layers } from './figures.ts';

/** As in `conformance`: a change of error ÷ bound by this factor, where one of the two is above the floor. */
const MOVED = { factor: 2, floor: 0.01 };

/** A layer's name, with its input, since one node may be tried on several. */
const nameOf = ({ check, ops, input }: LayerRow): string => `${check.tensor} (${ops.join('+')} on [${input}])`;

/** The layers whose error moved: the one with the largest error stands for all. */
function errors(metric: string, a: Layers, b: Layers, pick: (row: LayerRow) => CheckRow | undefined): ChangeFinding[] {
  const before = new Map(a.layers.map((row) => [nameOf(row), row]));
  const found = b.layers.flatMap((row) => {
    const known = before.get(nameOf(row));
    const [base, head] = [known && pick(known), pick(row)];
    if (base === undefined || head === undefined) return [];
    const text = (value: number) => `error ÷ allowed ${ratio(value)}`;
    const compared = { metric, base: base.ratio, head: head.ratio, text };
    return moves(['larger error', 'smaller error'], compared, MOVED).map((one) => ({ ...one, detail: nameOf(row) }));
  });
  const size = ({ base, head }: ChangeFinding) => Math.max(Number(base), Number(head));
  return (['larger error', 'smaller error'] as const).flatMap((verdict) => {
    const [worst, ...more] = found.filter((one) => one.verdict === verdict).sort((x, y) => size(y) - size(x));
    const others = more.length > 0 ? `, and ${count(more.length, 'other layer')}` : '';
    return worst === undefined ? [] : [{ ...worst, detail: `${worst.detail}${others}` }];
  });
}

/** Compares which layers ran, and how exact each of them is. */
function find(a: Layers, b: Layers): ChangeFinding[] {
  const [before, after] = [a.layers.map(nameOf), b.layers.map(nameOf)];
  const gone = missingNames(before, after);
  const added = missingNames(after, before);
  const tried = { metric: 'layers_checked', base: before.length, head: after.length };
  const text = (n: number) => count(n, 'layer');
  const covered = covers({ ...tried, text }, 0, gone || added);
  return [
    ...covered,
    // As many layers, but others: neither run covers the other.
    ...(covered.length === 0 && gone !== ''
      ? [finding('unsure', { ...tried, text }, `other layers: ${gone} became ${added}`)]
      : []),
    ...errors('layer_error_over_bound', a, b, ({ check }) => check),
    ...errors('layer_error_over_right_implementations', a, b, ({ fit }) => fit),
  ];
}

export const change: Change<Layers> = { unchanged: 'right in both', anywhere: find };
