/** Arguments of an event, which a viewer shows beside it. */
export type Args = { readonly [name: string]: string | number };

/**
 * An event of the Trace Event Format (Google, “Trace Event Format”, 2016): `X` a slice, `C` a counter, `i` an instant,
 * `M` a name. `ts` and `dur` are whole microseconds; `ts` counts from the begin of the run.
 */
export type TraceEvent =
  | (Base & { readonly ph: 'X'; readonly ts: number; readonly dur: number; readonly cat: string })
  | (Base & { readonly ph: 'C'; readonly ts: number })
  | (Base & { readonly ph: 'i'; readonly ts: number; readonly s: 'p' | 't'; readonly cat: string })
  | (Base & { readonly ph: 'M' });

type Base = { readonly name: string; readonly pid: number; readonly tid: number; readonly args: Args };

/** A stretch of time, in milliseconds since the begin of the run, and what is inside it. */
export type Slice = {
  readonly name: string;
  readonly cat: string;
  readonly from: number;
  readonly to: number;
  readonly args: Args;
  readonly inner: readonly Slice[];
};

/** Whole microseconds. Rounding keeps the order of times, so slices that nest still do. */
export const micros = (ms: number): number => Math.round(1000 * ms);

/** A slice and what is inside it, as events of a track. */
export function sliceEvents(slice: Slice, pid: number, tid: number): TraceEvent[] {
  const { name, cat, from, to, args, inner } = slice;
  const ts = micros(from);
  const own: TraceEvent = { ph: 'X', name, cat, ts, dur: micros(to) - ts, pid, tid, args };
  return [own, ...inner.flatMap((one) => sliceEvents(one, pid, tid))];
}

/** Names a process, which is a group of tracks, and says where it stands among the others. */
export const processName = (pid: number, name: string): TraceEvent[] => [
  { ph: 'M', name: 'process_name', pid, tid: 0, args: { name } },
  { ph: 'M', name: 'process_sort_index', pid, tid: 0, args: { sort_index: pid } },
];

/** Names a track. */
export const threadName = (pid: number, tid: number, name: string): TraceEvent[] => [
  { ph: 'M', name: 'thread_name', pid, tid, args: { name } },
];
