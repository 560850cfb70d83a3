import type { PhaseParts } from '../../suites/contract/suite.ts';
import type { VisitTimes } from '../../suites/record/visit-times.ts';
import { labelOf } from '../table/table.ts';
import type { Args, Slice } from './events.ts';
import { memoryOf, partsOf, type TracedVisit } from './visits.ts';

/** What is said of slices whose begin was not recorded. */
const LAID = 'not recorded: laid one after another up to the end of the phase';
const BACKWARDS = 'not recorded: laid one after another up to the time of the record';

const nameOf = ({ cell, round }: TracedVisit): string => `${labelOf(cell)}, round ${round + 1}`;

/** How each cell of a visit ended. */
const argsOf = ({ records }: TracedVisit): Args =>
  Object.fromEntries(
    records.map(({ id, outcome }) => [
      id,
      'reason' in outcome ? `${outcome.status}: ${outcome.reason}` : outcome.status,
    ]),
  );

const total = (parts: PhaseParts['parts']): number => parts.reduce((sum, { ms }) => sum + ms, 0);

/**
 * Parts laid one after another, the last one ending at `end`, within `room` milliseconds: the clock of their own process
 * and that of the harness, which hears of a phase between two processes, may disagree by some.
 */
function laidBefore(
  parts: PhaseParts['parts'],
  end: number,
  { room, begin }: { room: number; begin: string },
): Slice[] {
  const sum = total(parts);
  const scale = sum > room ? room / sum : 1;
  const drawn = scale < 1 ? { drawn: 'shortened to its phase: ms is what was measured' } : {};
  let to = end;
  return [...parts]
    .reverse()
    .map(({ name, ms }, i): Slice => {
      // The first one begins with its phase exactly where all are shortened, whatever rounding says.
      const from = scale < 1 && i === parts.length - 1 ? end - room : Math.max(end - room, to - ms * scale);
      const slice: Slice = { name, cat: 'call', from, to, args: { ms, begin, ...drawn }, inner: [] };
      to = from;
      return slice;
    })
    .reverse();
}

/** The phases of a visit from `began` on; before the first one, the process or the browser starts. */
function phaseSlices(visit: TracedVisit, { ms, phases }: VisitTimes, began: number): Slice[] {
  const known = partsOf(visit);
  const begins: readonly (readonly [string, number])[] = [['start', 0], ...phases];
  return begins.map(([name, at], i): Slice => {
    const to = Math.max(at, begins[i + 1]?.[1] ?? ms);
    // Of two phases with one name, such as warm-up calls, the last one has the parts.
    const isLast = !begins.slice(i + 1).some(([other]) => other === name);
    const parts = isLast ? known.flatMap((one) => (one.phase === name ? one.parts : [])) : [];
    const [from, end] = [began + at, began + to];
    return {
      name,
      cat: 'phase',
      from,
      to: end,
      args: {},
      inner: laidBefore(parts, end, { room: to - at, begin: LAID }),
    };
  });
}

/**
 * A visit as slices, in milliseconds since `origin`. Where its times were not recorded, it is what its calls took, up to
 * the time of its record; undefined where nothing of it was timed.
 */
export function visitSlice(visit: TracedVisit, origin: number): Slice | undefined {
  const { times } = visit;
  const shared = { name: nameOf(visit), cat: 'visit' };
  if (times !== undefined) {
    const from = Date.parse(times.began) - origin;
    const inner = phaseSlices(visit, times, from);
    const to = Math.max(from + times.ms, ...inner.map((one) => one.to));
    return { ...shared, from, to, args: argsOf(visit), inner };
  }
  const parts = partsOf(visit).flatMap((one) => one.parts);
  const to = visit.at - origin;
  if (parts.length === 0) return undefined;
  const inner = laidBefore(parts, to, { room: Infinity, begin: BACKWARDS });
  const from = inner[0]?.from ?? to;
  const begin = 'not recorded: the visit began earlier, and only its timed parts are drawn';
  return { ...shared, name: `${shared.name} (timed parts)`, from, to, args: { begin, ...argsOf(visit) }, inner };
}

/** Memory of a visit's processes where its phases begin, in MiB; none where their times were not recorded. */
export function memoryPoints(visit: TracedVisit, origin: number): { readonly at: number; readonly args: Args }[] {
  const { times } = visit;
  if (times === undefined) return [];
  const began = Date.parse(times.began) - origin;
  return times.phases.flatMap(([name, at]) => {
    const own = memoryOf(visit).filter(({ phase }) => phase === name);
    if (own.length === 0) return [];
    return [{ at: began + at, args: Object.fromEntries(own.map(({ process, bytes }) => [process, bytes / 2 ** 20])) }];
  });
}
