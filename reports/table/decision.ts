import { grouped } from '../../reference/collect.ts';
import { findSuite } from '../../suites/suites.ts';
import { hostOf, isGauge } from './backend.ts';
import { CRITERIA, RANKED_BY, type Score, scoresOf } from './criteria.ts';
import type { RowStatus } from './status.ts';
import { computes, labelOf, type SessionRows, type Subject, type Table } from './table.ts';

export type Host = 'node' | 'browser';

/** A backend in the choice of one for a network: what it scored, and its rank among those of its host and input size. */
export type Standing = {
  readonly session: SessionRows;
  readonly backend: string;
  readonly host: Host;
  readonly size: number;
  /** The worst of its cells. */
  readonly status: RowStatus;
  readonly scores: ReadonlyMap<string, Score>;
  /** From 1, shared by backends whose intervals overlap. Undefined where it cannot be ranked: see `unranked`. */
  readonly rank: number | undefined;
  /** Whether others have the same rank. */
  readonly shared: boolean;
  /** Why it has no rank. */
  readonly unranked: 'not ok' | 'no time' | 'no interval' | 'alone at its size' | undefined;
};

/** The standings of a network at any input size, those of Node first, each host's by rank. */
export type Choice = {
  /** With the input size, where there is one only. */
  readonly label: string;
  readonly sizes: readonly number[];
  readonly standings: readonly Standing[];
  /** Backends without a score, such as unsupported ones. */
  readonly without: readonly Standing[];
};

/** The scores of a session: for each criterion, of the first row that has one. */
function sessionScores({ rows }: SessionRows): Map<string, Score> {
  const all = new Map<string, Score>();
  for (const row of rows) for (const [id, score] of scoresOf(row)) if (!all.has(id)) all.set(id, score);
  return all;
}

function standingOf(session: SessionRows): Standing {
  const scores = sessionScores(session);
  const time = scores.get(RANKED_BY);
  const why = time === undefined ? 'no time' : time.row.status !== 'ok' ? 'not ok' : 'no interval';
  return {
    session,
    backend: session.backend,
    host: session.rows[0] === undefined ? 'node' : hostOf(session.rows[0].cell),
    size: session.subject.size,
    status: session.status,
    scores,
    rank: undefined,
    shared: false,
    unranked: why === 'no interval' && time?.interval !== undefined ? undefined : why,
  };
}

const timeOf = ({ scores }: Standing): number => scores.get(RANKED_BY)?.value ?? Infinity;
const intervalOf = ({ scores }: Standing): readonly [number, number] =>
  scores.get(RANKED_BY)?.interval ?? [Infinity, Infinity];

/**
 * Gives ranks to standings of one host and size, fastest first: a new one begins where an interval lies above all intervals
 * before it, so that two that overlap never differ in rank.
 */
function ranked(standings: readonly Standing[]): Standing[] {
  const able = standings.filter(({ unranked }) => unranked === undefined);
  const sorted = [...able].sort((a, b) => intervalOf(a)[0] - intervalOf(b)[0] || timeOf(a) - timeOf(b));
  const ranks: number[] = [];
  let reach = -Infinity;
  sorted.forEach((one, i) => {
    const [low, high] = intervalOf(one);
    ranks.push(i > 0 && low <= reach ? (ranks[i - 1] as number) : i + 1);
    reach = Math.max(reach, high);
  });
  const shared = (rank: number) => ranks.filter((other) => other === rank).length > 1;
  const placed = sorted.map((one, i) => {
    const rank = ranks[i] as number;
    return { ...one, rank, shared: shared(rank) };
  });
  const rest = standings.filter(({ unranked }) => unranked !== undefined);
  return [
    ...placed.sort((a, b) => a.rank - b.rank || timeOf(a) - timeOf(b)),
    ...[...rest].sort((a, b) => timeOf(a) - timeOf(b)),
  ];
}

/** Standings of a size. One that is alone at its size, beside others at another, is compared with nothing. */
function comparable(scored: readonly Standing[], size: number): Standing[] {
  const same = scored.filter((one) => one.size === size);
  const timed = same.filter(({ unranked }) => unranked === undefined);
  const isAlone = timed.length === 1 && scored.some((one) => one.size !== size && one.unranked === undefined);
  return isAlone
    ? same.map((one) => (one.unranked === undefined ? { ...one, unranked: 'alone at its size' } : one))
    : same;
}

const HOSTS: readonly Host[] = ['node', 'browser'];

/** A network's name for all of its input sizes. */
const nameOf = (subject: Subject): string => labelOf({ ...subject, size: 0 });

function choiceOf(sessions: readonly SessionRows[]): Choice[] {
  const [first] = sessions;
  if (first === undefined) return [];
  const all = sessions.map(standingOf);
  const scored = all.filter(({ scores }) => scores.size > 0);
  const sizes = [...new Set((scored.length > 0 ? scored : all).map(({ size }) => size))].sort((a, b) => b - a);
  const standings = HOSTS.flatMap((host) =>
    sizes.flatMap((size) => ranked(comparable(scored, size).filter((one) => one.host === host))),
  );
  const label = sizes.length === 1 ? first.subject.label : nameOf(first.subject).replace(' · 0×0', '');
  return [{ label, sizes, standings, without: all.filter(({ scores }) => scores.size === 0) }];
}

/** Whether a session is of a runtime, and on a network: neither a gauge of this project nor one that only times kernels. */
const isChoice = ({ rows }: SessionRows): boolean =>
  rows.some((row) => !isGauge(row.cell) && computes(row) && findSuite(row.cell.suite)?.of !== 'kernels');

/** What each network can run on, in the order of the plan. */
export const choicesOf = (table: Table): Choice[] =>
  [...grouped(table.sessions.filter(isChoice), ({ subject }) => nameOf(subject)).values()].flatMap(choiceOf);

/** The best of a host: those of the first rank, at the largest input size that has one. */
export function bestOf({ standings, sizes }: Choice, host: Host): Standing[] {
  for (const size of sizes) {
    const first = standings.filter((one) => one.host === host && one.size === size && one.rank === 1);
    if (first.length > 0) return first;
  }
  return [];
}

/** The criteria that any of the standings has. */
export const criteriaOf = (choices: readonly Choice[]) =>
  CRITERIA.filter(({ id }) => choices.some(({ standings }) => standings.some(({ scores }) => scores.has(id))));
