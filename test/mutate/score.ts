import { grouped } from '../../reference/collect.ts';
import type { Outcome } from './attempt.ts';
import { BEYOND, BEYOND_WINOGRAD, further, type Level } from './judging.ts';

/** What is counted of mutants of one kind. Shares are of those that are not equivalent. */
export type Score = {
  readonly kind: string;
  readonly mutants: number;
  readonly equivalent: number;
  /** Caught at taps or logits, by nodes alone, and by either. */
  readonly byNetwork: number;
  readonly byNode: number;
  readonly caught: number;
  readonly located: number;
  /** Caught, with the limits of Winograd's algorithm. */
  readonly winogradNetwork: number;
  readonly winogradNode: number;
  /** The smallest size from which on all mutants are caught: at taps or logits, and by nodes alone. */
  readonly fromNetwork: number | undefined;
  readonly fromNode: number | undefined;
};

const count = <T>(list: readonly T[], is: (one: T) => boolean): number => list.filter(is).length;

const isBy = (of: 'byNetwork' | 'byNode', least: Level) => (one: Outcome) => one[of] >= least;

export const isCaught = ({ byNetwork, byNode }: Outcome): boolean => further(byNetwork, byNode) >= BEYOND;

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
        byNetwork: count(real, isBy('byNetwork', BEYOND)),
        byNode: count(real, isBy('byNode', BEYOND)),
        caught: count(real, isCaught),
        located: count(real, ({ located }) => located),
        winogradNetwork: count(real, isBy('byNetwork', BEYOND_WINOGRAD)),
        winogradNode: count(real, isBy('byNode', BEYOND_WINOGRAD)),
        fromNetwork: smallest(real, isBy('byNetwork', BEYOND)),
        fromNode: smallest(real, isBy('byNode', BEYOND)),
      },
    ];
  });
}

export const share = (part: number, whole: number): string => {
  if (whole === 0) return '–';
  // Never rounded up to 100 %.
  return part === whole ? '100 %' : `${(Math.floor((1000 * part) / whole) / 10).toFixed(1)} %`;
};

export const size = (value: number | undefined): string => value?.toExponential(0) ?? '–';

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
      of((score) => score.winogradNetwork),
      of((score) => score.winogradNode),
    ];
  };
  const rows = [
    [
      'kind',
      'mutants',
      'equivalent',
      'network',
      'node alone',
      'either',
      'located',
      'network from',
      'node from',
      'network, W',
      'node, W',
    ],
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
