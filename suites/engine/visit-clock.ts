import type { Record } from '../record/record.ts';
import { MOST_PHASES, type VisitTimes } from '../record/visit-times.ts';

/** Notes when visits and their phases begin, one visit at a time. It does nothing while a call is timed. */
export type VisitClock = {
  /** Begins a visit. */
  begin(): void;
  phase(name: string): void;
  /** Ends the visit. */
  end(): void;
  /** The record, with the times of the visit that ended last where it is the first record after it. */
  stamp(record: Record): Record;
};

/** Tenths of a millisecond: a phase is told between processes. */
const rounded = (ms: number): number => Math.round(10 * ms) / 10;

/** A clock of visits. `now` is in milliseconds, and `date` is the time of day. */
export function visitClock(now: () => number, date: () => Date): VisitClock {
  let began = { at: '', ms: 0 };
  let phases: [string, number][] = [];
  let ended: VisitTimes | undefined;
  return {
    begin() {
      began = { at: date().toISOString(), ms: now() };
      phases = [];
      ended = undefined;
    },
    phase(name) {
      if (phases.length < MOST_PHASES) phases.push([name, rounded(now() - began.ms)]);
    },
    end() {
      // A visit without a phase ran nowhere: it was known to be impossible.
      ended = phases.length === 0 ? undefined : { began: began.at, ms: rounded(now() - began.ms), phases };
    },
    stamp(record) {
      const visit = ended;
      ended = undefined;
      return visit === undefined ? record : { ...record, visit };
    },
  };
}
