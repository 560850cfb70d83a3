import { parseCell } from '../plan/cell.ts';
import { sessionKey } from '../plan/session.ts';
import type { Header } from '../record/header.ts';
import type { Outcome, Record, Run } from '../record/record.ts';
import { findSuite } from '../suites.ts';

/** `a` alone, or `a` and `b` interleaved. */
export type Variant = NonNullable<Header['pair']>['variant'];

/** A completed visit: its duration in seconds, and the outcome of each suite. */
export type Visited = { readonly seconds: number; readonly outcomes: ReadonlyMap<string, Outcome> };

/** Expected seconds of a repeated visit: the visit's own, without what only the first round does. */
export function repeatOf({ seconds, outcomes }: Visited): number {
  const once = [...outcomes.values()].map((outcome) =>
    'result' in outcome ? (findSuite(outcome.result.suite)?.firstRoundOnly?.(outcome.result) ?? 0) : 0,
  );
  return seconds - once.reduce((sum, ms) => sum + ms, 0) / 1000;
}

/** A visit read from a file: its session, round and version. */
export type PastVisit = Visited & { readonly key: string; readonly round: number; readonly variant: Variant };

/** Time of a call in a visit: the median of its latency samples, in milliseconds. */
export type RoundTime = { readonly round: number; readonly variant: Variant; readonly time: number };

/** The run history: the outcomes so far, with the questions that a schedule has about them. */
export function openHistory(past: readonly PastVisit[]) {
  const visited = new Map<string, Visited>();
  const failed = new Set<string>();
  const times = new Map<string, RoundTime[]>();
  const recorded = new Map<string, ReadonlySet<string>>();
  const place = (key: string, round: number, variant: Variant) => `${variant} ${round} ${key}`;
  const suitesOf = (key: string, round: number, variant: Variant): ReadonlySet<string> =>
    recorded.get(place(key, round, variant)) ?? new Set();
  const note = ({ key, round, variant, seconds, outcomes }: PastVisit) => {
    // A visit that a crash split in two counts as one.
    const before = suitesOf(key, round, variant).size > 0 ? (visited.get(key)?.outcomes ?? []) : [];
    visited.set(key, { seconds, outcomes: new Map([...before, ...outcomes]) });
    recorded.set(place(key, round, variant), new Set([...suitesOf(key, round, variant), ...outcomes.keys()]));
    for (const outcome of outcomes.values()) {
      if (!('result' in outcome)) failed.add(key);
      const ms = 'result' in outcome ? findSuite(outcome.result.suite)?.interval?.(outcome.result) : undefined;
      if (ms !== undefined) {
        const time = { round, variant, time: ms };
        const known = times.get(key);
        if (known === undefined) times.set(key, [time]);
        else known.push(time);
      }
    }
  };
  for (const visit of past) note(visit);
  return { visited, failed, times, suitesOf, note };
}
export type RunHistory = ReturnType<typeof openHistory>;

/** The records and resumptions of interleaved versions, in time order. */
function timeline(runs: ReadonlyMap<Variant, Run>) {
  const lines = [...runs].flatMap(([variant, { header, resumes, records }]) => [
    ...[header.started, ...resumes.map(({ at }) => at)].map((at) => ({
      at: Date.parse(at),
      record: undefined,
      variant,
    })),
    ...records.map((record) => ({ at: Date.parse(record.at), record, variant })),
  ]);
  return lines.sort((a, b) => a.at - b.at);
}

/**
 * The visits in run files, in order. Visits follow one another without a pause, so a visit lasted from the line before
 * it (a visit or a beginning) to its own first record.
 */
export function pastVisits(runs: ReadonlyMap<Variant, Run>): PastVisit[] {
  const visits: (PastVisit & { outcomes: Map<string, Outcome> })[] = [];
  let previous = Number.NaN;
  for (const { at, record, variant } of timeline(runs)) {
    if (record !== undefined) {
      const { key, suite } = placeOf(record);
      const last = visits.at(-1);
      const same = last?.key === key && last.round === record.round && last.variant === variant;
      if (same && !last.outcomes.has(suite)) last.outcomes.set(suite, record.outcome);
      else {
        const seconds = (at - previous) / 1000;
        visits.push({ key, round: record.round, variant, seconds, outcomes: new Map([[suite, record.outcome]]) });
      }
    }
    previous = at;
  }
  return visits;
}

function placeOf({ id }: Record): { key: string; suite: string } {
  const cell = parseCell(id);
  return { key: sessionKey(cell), suite: cell.suite };
}

/** Seconds of measuring in run files: from each beginning or resumption to its last record. */
export function secondsSpent(runs: ReadonlyMap<Variant, Run>): number {
  const parts: { from: number; to: number }[] = [];
  for (const { at, record } of timeline(runs)) {
    const part = parts.at(-1);
    if (record === undefined || part === undefined) parts.push({ from: at, to: at });
    else part.to = at;
  }
  return parts.reduce((sum, { from, to }) => sum + (to - from) / 1000, 0);
}
