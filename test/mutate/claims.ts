import { type Outcome, SEEN } from './attempt.ts';
import { BEYOND, BEYOND_WINOGRAD, further, type Level } from './judging.ts';
import { isCaught, share, size } from './score.ts';

/** A claim about the judge, and the mutants that are to bear it out. */
export type Claim = {
  readonly text: string;
  /** Least share that holds. */
  readonly least: number;
  readonly of: (outcome: Outcome) => boolean;
  /** Whether it holds of an outcome, where caught means beyond this level. */
  readonly holds: (outcome: Outcome, least: Level) => boolean;
};

/** Mutants that bear a claim out, of those that it is about. */
function countsOf({ of, holds, least }: Claim, outcomes: readonly Outcome[]) {
  const all = outcomes.filter(of);
  const against = all.filter((one) => !holds(one, BEYOND));
  const winograd = all.filter((one) => holds(one, BEYOND_WINOGRAD)).length;
  return { all: all.length, against, winograd, isTrue: all.length - against.length >= least * all.length };
}

export const isTrue = (claim: Claim, outcomes: readonly Outcome[]): boolean => countsOf(claim, outcomes).isTrue;

const isConv = ({ op }: Outcome): boolean => op === 'Conv';
const ofConv = (kind: string, own: (outcome: Outcome) => boolean) => (outcome: Outcome) =>
  isConv(outcome) && !outcome.equivalent && outcome.kind === kind && own(outcome);

/** What the judge is to reach. */
export const CLAIMS: readonly Claim[] = [
  {
    text: 'mutants that move a logit by more than 1e-4 of the largest are caught',
    least: 1,
    of: ({ equivalent, moved }) => !equivalent && moved > SEEN,
    holds: ({ byNetwork, byNode }, least) => further(byNetwork, byNode) >= least,
  },
  {
    text: 'caught mutants are located to their node',
    least: 0.98,
    of: isCaught,
    holds: ({ located, byNode }, least) => located && byNode >= least,
  },
  {
    text: 'with every channel alive, a channel of a convolution off by 2e-3 is caught at taps or logits',
    least: 1,
    of: ofConv('one channel off', ({ size: one, alive }) => one === 2e-3 && alive),
    holds: ({ byNetwork }, least) => byNetwork >= least,
  },
  {
    text: 'with every channel alive, a dropped bias of a convolution is caught at taps or logits',
    least: 1,
    of: ofConv('bias dropped', ({ alive }) => alive),
    holds: ({ byNetwork }, least) => byNetwork >= least,
  },
  {
    text: 'a channel of a convolution off by 1e-4 is caught by the node alone',
    least: 1,
    of: ofConv('one channel off', ({ size: one }) => one === 1e-4),
    holds: ({ byNode }, least) => byNode >= least,
  },
  {
    text: 'a channel off by 2e-5 is caught by the node alone where no Winograd is at work',
    least: 1,
    of: ofConv('one channel off', ({ size: one, winograd }) => one === 2e-5 && !winograd),
    holds: ({ byNode }, least) => byNode >= least,
  },
  {
    text: 'a weight of a convolution off by 1e-3 of their root mean square is caught by the node alone',
    least: 0.95,
    of: ofConv('one weight off', ({ size: one }) => one === 1e-3),
    holds: ({ byNode }, least) => byNode >= least,
  },
  {
    text: 'float16 weights in a convolution are caught by the node alone',
    least: 1,
    of: ofConv('precision in one layer', ({ what }) => what === 'float16 weights'),
    holds: ({ byNode }, least) => byNode >= least,
  },
];

/** A claim with its figures, and the first mutants that contradict it. */
export function claimText(claim: Claim, outcomes: readonly Outcome[]): string {
  const { all, against, winograd, isTrue: holds } = countsOf(claim, outcomes);
  const first = against
    .slice(0, 3)
    .map(
      ({ network, node, what, size: own }) =>
        `${network} ${node} ${what}${own === undefined ? '' : ` by ${size(own)}`}`,
    );
  const examples = first.length === 0 ? '' : `; not: ${first.join(', ')}${against.length > first.length ? ', …' : ''}`;
  const answer = all === 0 ? '–  ' : holds ? 'yes' : 'NO ';
  return `${answer}  ${share(all - against.length, all)} (with Winograd’s limits ${share(winograd, all)}) of ${all}: ${claim.text}${examples}`;
}
