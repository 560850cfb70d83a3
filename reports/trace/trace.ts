import { printableJsonLine } from '../../reference/text.ts';
import type { Run } from '../../suites/record/record.ts';
import { micros, processName, type Slice, sliceEvents, type TraceEvent, threadName } from './events.ts';
import { memoryPoints, visitSlice } from './slices.ts';
import { type TracedVisit, visitsOf } from './visits.ts';

/** The process of the run as a whole; those of backends follow. */
const RUN = 1;

/** Gives each slice a track on which no other is at the same time: shards of several machines overlap. */
function trackFor(ends: number[], { from, to }: Pick<Slice, 'from' | 'to'>): number {
  const free = ends.findIndex((end) => micros(end) <= micros(from));
  const track = free === -1 ? ends.length : free;
  ends[track] = to;
  return track + 1;
}

/** The events of a backend: a slice for each visit, with its phases and calls inside. */
function backendEvents(visits: readonly TracedVisit[], origin: number, pid: number): TraceEvent[] {
  const ends: number[] = [];
  const events = visits
    .map((visit) => ({ visit, slice: visitSlice(visit, origin) }))
    .sort((a, b) => (a.slice?.from ?? a.visit.at - origin) - (b.slice?.from ?? b.visit.at - origin))
    .flatMap(({ visit, slice }): TraceEvent[] => {
      if (slice !== undefined) return sliceEvents(slice, pid, trackFor(ends, slice));
      const statuses = visit.records.map(({ outcome }) => outcome.status);
      const name = [...new Set(statuses)].join(', ');
      const args = Object.fromEntries(
        visit.records.map(({ id, outcome }) => [id, 'reason' in outcome ? outcome.reason : outcome.status]),
      );
      return [{ ph: 'i', name, cat: 'visit', ts: micros(visit.at - origin), s: 't', pid, tid: 1, args }];
    });
  const memory = visits.flatMap((visit) =>
    memoryPoints(visit, origin).map(
      ({ at, args }): TraceEvent => ({ ph: 'C', name: 'memory (MiB)', ts: micros(at), pid, tid: 0, args }),
    ),
  );
  const tracks = Math.max(1, ends.length);
  const names = Array.from({ length: tracks }, (_, i) =>
    threadName(pid, i + 1, i === 0 ? 'visits, phases and calls' : `visits at the same time (${i + 1})`),
  );
  return [...names.flat(), ...events, ...memory];
}

/**
 * A run in the Trace Event Format, for ui.perfetto.dev and chrome://tracing: a process for each backend, with its visits,
 * their phases and calls. What was not recorded is not made up: a slice whose begin is derived says so in its arguments.
 */
export function renderTrace(run: Run): string {
  const { header, resumes, end } = run;
  const visits = visitsOf(run);
  const starts = visits.flatMap((visit) => {
    const slice = visitSlice(visit, 0);
    return [slice?.from ?? visit.at];
  });
  const origin = Math.min(Date.parse(header.started), ...starts);
  const last = Math.max(origin, ...visits.map(({ at }) => at), ...(end === undefined ? [] : [Date.parse(end.at)]));
  const whole: Slice = {
    name: `run of ${header.started}`,
    cat: 'run',
    from: Date.parse(header.started) - origin,
    to: last - origin,
    args: { commit: header.commit ?? 'unknown', profile: header.profile, cpu: header.environment.cpu },
    inner: [],
  };
  const backends = [...new Set(visits.map(({ cell }) => cell.backend))].sort();
  const events: TraceEvent[] = [
    ...processName(RUN, 'run'),
    ...threadName(RUN, 1, 'run'),
    ...sliceEvents(whole, RUN, 1),
    ...resumes.map(({ at, budget }): TraceEvent => {
      const args = { budget };
      return {
        ph: 'i',
        name: 'resumed',
        cat: 'run',
        ts: micros(Date.parse(at) - origin),
        s: 'p',
        pid: RUN,
        tid: 1,
        args,
      };
    }),
    ...backends.flatMap((backend, i) => {
      const pid = RUN + 1 + i;
      const own = visits.filter(({ cell }) => cell.backend === backend);
      return [...processName(pid, backend), ...backendEvents(own, origin, pid)];
    }),
  ];
  const untimed = visits.filter((visit) => visit.times === undefined && visitSlice(visit, 0) !== undefined).length;
  const note =
    untimed === 0
      ? 'Begins of visits and phases were recorded; begins of calls are laid one after another up to the end of their phase.'
      : `The begins of ${untimed} visits were not recorded: only their timed parts are drawn, up to the time of the record.`;
  const about = printableJsonLine({ started: new Date(origin).toISOString(), note });
  // An event a line: a run has a hundred thousand.
  return `{"displayTimeUnit":"ms","otherData":${about},"traceEvents":[\n${events.map(printableJsonLine).join(',\n')}\n]}\n`;
}
