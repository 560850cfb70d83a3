/** Pairs of verdicts, worse and better: a comparison of head with base has the other of the two. */
export const OPPOSITES = [
  ['slower', 'faster'],
  ['less accurate', 'more accurate'],
  ['less covered', 'more covered'],
  ['leaks more', 'leaks less'],
  ['larger error', 'smaller error'],
  ['less repeatable', 'more repeatable'],
  ['more caching', 'less caching'],
  ['more memory', 'less memory'],
  ['more compiled', 'less compiled'],
  ['larger files', 'smaller files'],
] as const;

/** How one figure of a cell changed from one run to another. */
export type ChangeVerdict =
  | (typeof OPPOSITES)[number][number]
  | ('lost' | 'broken' | 'suspect' | 'new failure' | 'vanished' | 'other failure' | 'mended' | 'new')
  | ('placement moved' | 'unsure' | 'same');

/** A figure in one run: a number, or a name where it is not one; null where the run has none. */
export type FigureValue = number | string | null;

/**
 * What became of one figure. `metric` names it, with its unit: `latency_median_ms`. `figures` is `base → head` as text;
 * `detail` is the reason, or what to do.
 */
export type ChangeFinding = {
  readonly verdict: ChangeVerdict;
  readonly metric: string;
  readonly base: FigureValue;
  readonly head: FigureValue;
  readonly figures: string;
  readonly detail: string;
};

/**
 * Times of a cell. `main`: decides whether it is the same. `tail`: slow calls. `part`: a part of the main time, or
 * another form of the call. Only a certain change of the last two counts.
 */
export type TimeKind = 'main' | 'tail' | 'part';

/** One time in each round. */
export type RoundTimes = {
  /** Its name, with its unit: `latency_median_ms`. */
  readonly metric: string;
  readonly kind: TimeKind;
  /** Milliseconds in each round that the figures are of; null for a round without it. */
  readonly times: readonly (number | null)[];
  /** The clock resolution: as a share of the times, or in milliseconds where they are `signed`. */
  readonly resolution: number;
  /** Whether they are differences of times, of either sign: compared by their difference, not by their ratio. */
  readonly signed?: true;
};

/** How two runs of a cell are compared. Findings that are `same` may be left out. */
export type Change<F> = {
  /** What a cell without any change is counted as: `same time`. */
  readonly unchanged: string;
  /** Times, compared together with those of all other cells: many comparisons need a common correction. */
  times?(figures: F): readonly RoundTimes[];
  /** Figures that do not depend on the machine. */
  anywhere?(base: F, head: F): readonly ChangeFinding[];
  /** Figures that do: compared where machine and device are the same. */
  onOneMachine?(base: F, head: F): readonly ChangeFinding[];
};

export const changed = (verdict: ChangeVerdict, figures: string, detail: string): ChangeFinding => ({
  verdict,
  metric: 'status',
  base: null,
  head: null,
  figures,
  detail,
});

/** A figure of both runs, and how it is written. */
export type Compared = {
  readonly metric: string;
  readonly base: number;
  readonly head: number;
  text(value: number): string;
};

/** A finding about a figure, with its text. */
export const finding = (
  verdict: ChangeVerdict,
  { metric, base, head, text }: Compared,
  detail: string,
): ChangeFinding => ({ verdict, metric, base, head, figures: fromTo(text(base), text(head)), detail });

/** `tensors 1.03 → 2.05 MiB`: the words that both begin with stand before, and those that both end with behind. */
function fromTo(before: string, after: string): string {
  const [a, b] = [before.split(' '), after.split(' ')];
  const most = Math.min(a.length, b.length) - 1;
  const differ = a.findIndex((word, i) => word !== b[i]);
  const front = Math.min(most, Math.max(0, differ));
  let back = 0;
  while (back < most - front && a.at(-1 - back) === b.at(-1 - back)) back++;
  return [...a.slice(0, a.length - back), '→', ...b.slice(front)].join(' ');
}

/** What a figure is when it grows, and when it shrinks. */
export type Direction = readonly [more: ChangeVerdict, less: ChangeVerdict];

/** A finding where a figure is not equal in both runs; none where it is. For what no measurement disturbs. */
export const differs = ([more, less]: Direction, compared: Compared, detail: string): ChangeFinding[] =>
  compared.base === compared.head ? [] : [finding(compared.head > compared.base ? more : less, compared, detail)];

/** The same where the larger of the two is more than `factor` times the smaller, and above `floor`. */
export function moves(
  [more, less]: Direction,
  compared: Compared,
  { factor, floor }: { readonly factor: number; readonly floor: number },
): ChangeFinding[] {
  const { base, head } = compared;
  const [low, high] = [Math.min(base, head), Math.max(base, head)];
  return high < floor || high <= factor * low ? [] : [finding(head > base ? more : less, compared, '')];
}

/**
 * A finding where a part that ran in one run did not in the other. Where `whole` is the number that was planned and both
 * ran less, budgets ended both: that says nothing about what was compared.
 */
export function covers(compared: Compared, whole: number, detail: string): ChangeFinding[] {
  const both = Math.max(compared.base, compared.head) < whole;
  return differs(both ? ['unsure', 'unsure'] : ['more covered', 'less covered'], compared, detail);
}

/** Names in one list and not in the other, the first few of them: `layer1.conv1, layer1.conv2 and 3 more`. */
export function missingNames(from: readonly string[], others: readonly string[]): string {
  const known = new Set(others);
  const missing = from.filter((name) => !known.has(name));
  const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : '';
  return `${missing.slice(0, NAMED).join(', ')}${more}`;
}
const NAMED = 3;
