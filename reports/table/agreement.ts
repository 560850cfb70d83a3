import { maximum } from '../../reference/collect.ts';
import { decodeFloats } from '../../reference/float32.ts';
import { roomOf } from '../../reference/judge/verdict.ts';
import { findSuite } from '../../suites/suites.ts';
import { sessionsOf } from './lookup.ts';
import type { RowStatus } from './status.ts';
import { type Subject, type Table, told } from './table.ts';

/** A backend that gave an output. */
export type Voter = { readonly backend: string; readonly status: RowStatus };

/** The outputs of every backend for one input of one case, compared pair by pair. */
export type Vote = {
  readonly subject: Subject;
  /** In the order of the table. */
  readonly voters: readonly Voter[];
  /** `apart` of each pair, by the voters' indices; 0 for a voter with itself. */
  readonly distances: readonly (readonly number[])[];
  /** Groups of two or more voters whose outputs agree in every bit, as indices: they share kernels, or the order of roundings. */
  readonly identical: readonly (readonly number[])[];
};

type Ballot = Voter & { readonly code: string; readonly values: Float32Array; readonly allowed: Float32Array };

/**
 * How far two outputs are apart: the largest |a − b| ÷ (allowed of a + allowed of b) over their elements. Two outputs
 * that are each within their bound are at most 1 apart, so above 1 at least one of the two is wrong, whatever the truth.
 * Equal infinities, and NaN and NaN, are not apart; other pairs with one of them are infinitely so.
 */
export function apart(a: Omit<Ballot, keyof Voter | 'code'>, b: Omit<Ballot, keyof Voter | 'code'>): number {
  if (a.values.length !== b.values.length) return Infinity;
  let most = 0;
  for (const [i, value] of a.values.entries()) {
    const other = b.values[i] as number;
    if (Object.is(value, other) || value === other) continue;
    const distance = Math.abs(value - other) / (roomOf(a.allowed[i] as number) + roomOf(b.allowed[i] as number));
    most = Math.max(most, Number.isNaN(distance) ? Infinity : distance);
  }
  return most;
}

function voteOf(subject: Subject, ballots: readonly Ballot[]): Vote {
  const groups = new Map<string, number[]>();
  for (const [i, { code }] of ballots.entries()) groups.set(code, [...(groups.get(code) ?? []), i]);
  return {
    subject,
    voters: ballots.map(({ backend, status }) => ({ backend, status })),
    distances: ballots.map((a) => ballots.map((b) => apart(a, b))),
    identical: [...groups.values()].filter((group) => group.length > 1),
  };
}

/** A vote for each case that at least two backends gave an output for, in plan order. */
export function votesOf(table: Table): Vote[] {
  return table.subjects.flatMap((subject) => {
    const ballots = sessionsOf(table, subject).flatMap((session): Ballot[] => {
      const row = session.rows.find((one) => findSuite(one.cell.suite)?.logits);
      const logits = told(row, (suite, figures) => suite.logits?.(figures));
      if (row === undefined || logits === undefined) return [];
      const [values, allowed] = [decodeFloats(logits.values), decodeFloats(logits.allowed)];
      return [{ backend: session.backend, status: row.status, code: logits.values, values, allowed }];
    });
    return ballots.length < 2 ? [] : [voteOf(subject, ballots)];
  });
}

/** How many others a voter's output contradicts: those more than 1 apart. */
export const against = (vote: Vote, voter: number): number =>
  vote.distances[voter]?.filter((distance) => distance > 1).length ?? 0;

/** How a wrong voter stands among the others. */
function standing(vote: Vote, voter: number): string {
  const others = vote.voters.length - 1;
  const contradicted = against(vote, voter);
  const name = vote.voters[voter]?.backend ?? '';
  if (contradicted === others) return `${name} stands alone against ${others}`;
  // The first output of the logits may be right where a stage or a later one is wrong.
  if (contradicted === 0) return `${name}, wrong elsewhere, stands against none of ${others} here`;
  return `${name} stands against ${contradicted} of ${others}`;
}

/** How each wrong voter stands: `ort-web/webgl stands alone against 8`. */
export const standings = (vote: Vote): string[] =>
  vote.voters.flatMap(({ status }, i) => (status === 'wrong' ? [standing(vote, i)] : []));

/** Which outputs agree in every bit: `4 of 9 outputs are bit-identical: a = b; c = d`. */
export function identities({ voters, identical }: Vote): string {
  const names = identical.map((group) => group.map((i) => voters[i]?.backend).join(' = '));
  if (names.length === 0) return `no two of ${voters.length} outputs are bit-identical`;
  return `${identical.flat().length} of ${voters.length} outputs are bit-identical: ${names.join('; ')}`;
}

/** The largest distance between two outputs that do not contradict each other, at most 1. */
export const widest = ({ distances }: Vote): number => maximum(distances.flat().filter((one) => one <= 1));

/** What a vote comes to; what is wrong first, since the end may be cut off. */
export const voteText = (vote: Vote): string => [...standings(vote), identities(vote)].join('; ');
