import { grouped } from '../../reference/collect.ts';
import type { Outcome } from './attempt.ts';

/** What is counted of mutants of one kind. Shares are of those that are not equivalent. */
export type Score = {
  readonly kind: string;
  readonly mutants: number;
  readonly equivalent: number;
  readonly byNetwork: number;
  readonly byNode: number;
  readonly caught: number;
  readonly located: number;
  /** The smallest size from which on all mutants are caught: at taps or logits, and by nodes alone. */
  readonly fromNetwork: number | undefined;
  readonly fromNode: number | undefined;
};

const count = <T>(list: readonly T[], is: (one: T) => boolean): number => list.filter(is).length;

export const isCaught = ({ byNetwork, byNode }: Outcome): boolean => byNetwork || byNode;

/** The smallest size at and above which every mutant is caught in a way; undefined where there is none. */
function smallest(real: readonly Outcome[], is: (one: Outcome) => boolean): number | undefined {
  const sizes = [...new Set(real.flatMap(({ size }) => size ?? []))].sort((a, b) => b - a);
  const broken = sizes.findIndex((size) => real.some((one) => one.size === size && !is(one)));
  return sizes[(broken === -1 ? sizes.length : broken) - 1];
}

/** A score for each of these kinds that has mutants, in order. */
export function scoresOf(outcomes: readonly Outcome[], kinds: readonly string[]): Score[] {
  const byKind = grouped(outcomes, ({ kind }) => kind);
  return kinds.flatMap((kind) => {
    const all = byKind.get(kind);
    if (all === undefined) return [];
    const real = all.filter((one) => !one.equivalent);
    return [
      {
        kind,
        mutants: all.length,
        equivalent: all.length - real.length,
        byNetwork: count(real, ({ byNetwork }) => byNetwork),
        byNode: count(real, ({ byNode }) => byNode),
        caught: count(real, isCaught),
        located: count(real, ({ located }) => located),
        fromNetwork: smallest(real, ({ byNetwork }) => byNetwork),
        fromNode: smallest(real, ({ byNode }) => byNode),
      },
    ];
  });
}

const share = (part: number, whole: number): string => {
  if (whole === 0) return '–';
  // Never rounded up to 100 %.
  return part === whole ? '100 %' : `${(Math.floor((1000 * part) / whole) / 10).toFixed(1)} %`;
};

const size = (value: number | undefined): string => value?.toExponential(0) ?? '–';

/** The scores as a Markdown table. */
export function scoreTable(scores: readonly Score[]): string {
  const total = (pick: (score: Score) => number) => scores.reduce((sum, score) => sum + pick(score), 0);
  const cells = (name: string, pick: (of: (score: Score) => number) => number, from: readonly string[]): string[] => {
    const real = pick(({ mutants, equivalent }) => mutants - equivalent);
    const of = (part: (score: Score) => number) => share(pick(part), real);
    return [
      name,
      `${pick((score) => score.mutants)}`,
      `${pick((score) => score.equivalent)}`,
      of((score) => score.byNetwork),
      of((score) => score.byNode),
      of((score) => score.caught),
      of((score) => score.located),
      ...from,
    ];
  };
  const rows = [
    ['kind', 'mutants', 'equivalent', 'network', 'node alone', 'either', 'located', 'network from', 'node from'],
    ...scores.map((one) => cells(one.kind, (of) => of(one), [size(one.fromNetwork), size(one.fromNode)])),
    cells('all', total, ['', '']),
  ];
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`;
  const [head = [], ...body] = rows;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...body.map(line)].join('\n');
}

/** A claim about the judge, and the mutants that are to bear it out. */
export type Claim = {
  readonly text: string;
  /** Least share that holds. */
  readonly least: number;
  readonly of: (outcome: Outcome) => boolean;
  readonly holds: (outcome: Outcome) => boolean;
};

/** Mutants that bear a claim out, of those that it is about. */
function countsOf({ of, holds, least }: Claim, outcomes: readonly Outcome[]) {
  const all = outcomes.filter(of);
  const against = all.filter((one) => !holds(one));
  return { all: all.length, against, isTrue: all.length - against.length >= least * all.length };
}

export const isTrue = (claim: Claim, outcomes: readonly Outcome[]): boolean => countsOf(claim, outcomes).isTrue;

/** Movement of a logit, relative to the largest, beyond which no mutant may be missed. */
const MOVED = 1e-4;

const isConv = ({ op }: Outcome): boolean => op === 'Conv';
const ofConv = (kind: string, own: (outcome: Outcome) => boolean) => (outcome: Outcome) =>
  isConv(outcome) && !outcome.equivalent && outcome.kind === kind && own(outcome);

/** What the judge is to reach. */
export const CLAIMS: readonly Claim[] = [
  {
    text: 'mutants that move a logit by more than 1e-4 of the largest are caught',
    least: 1,
    of: ({ equivalent, moved }) => !equivalent && moved > MOVED,
    holds: isCaught,
  },
  {
    text: 'caught mutants are located to their node',
    least: 0.98,
    of: isCaught,
    holds: ({ located }) => located,
  },
  {
    text: 'a channel of a convolution that is alive and off by 2e-3 is caught at taps or logits',
    least: 1,
    of: ofConv('one channel off', ({ size: one, alive }) => one === 2e-3 && alive),
    holds: ({ byNetwork }) => byNetwork,
  },
  {
    text: 'a dropped bias of a convolution’s channel that is alive is caught at taps or logits',
    least: 1,
    of: ofConv('bias dropped', ({ alive }) => alive),
    holds: ({ byNetwork }) => byNetwork,
  },
  {
    text: 'a channel of a convolution off by 1e-4 is caught by the node alone',
    least: 1,
    of: ofConv('one channel off', ({ size: one }) => one === 1e-4),
    holds: ({ byNode }) => byNode,
  },
  {
    text: 'a channel off by 2e-5 is caught by the node alone where no Winograd is at work',
    least: 1,
    of: ofConv('one channel off', ({ size: one, winograd }) => one === 2e-5 && !winograd),
    holds: ({ byNode }) => byNode,
  },
  {
    text: 'a weight of a convolution off by 1e-3 of their root mean square is caught by the node alone',
    least: 0.95,
    of: ofConv('one weight off', ({ size: one }) => one === 1e-3),
    holds: ({ byNode }) => byNode,
  },
  {
    text: 'float16 weights in a convolution are caught by the node alone',
    least: 1,
    of: ofConv('precision in one layer', ({ what }) => what === 'float16 weights'),
    holds: ({ byNode }) => byNode,
  },
];

/** A claim with its figures, and the first mutants that contradict it. */
export function claimText(claim: Claim, outcomes: readonly Outcome[]): string {
  const { all, against, isTrue: holds } = countsOf(claim, outcomes);
  const first = against
    .slice(0, 3)
    .map(
      ({ network, node, what, size: own }) =>
        `${network} ${node} ${what}${own === undefined ? '' : ` by ${size(own)}`}`,
    );
  const examples = first.length === 0 ? '' : `; not: ${first.join(', ')}${against.length > first.length ? ', …' : ''}`;
  return `${holds ? 'yes' : 'NO '}  ${share(all - against.length, all)} of ${all}: ${claim.text}${examples}`;
}
