import type { Compiled } from '../record/compiled.ts';
import { median } from '../stats/quantiles.ts';
import type { Start, StartupResult } from './schema.ts';

/** The parts of the time until the first answer, in order. */
export const PARTS = ['module', 'device', 'read', 'session', 'first'] as const;
export type StartupPart = (typeof PARTS)[number];

/** Medians over the rounds, in milliseconds. Null for a part that the runtime does not report separately. */
export type Parts = {
  readonly [part in StartupPart]: number | null;
} & {
  readonly rounds: number;
  readonly second: number;
  /** Median over the rounds of the time until the first answer. */
  readonly total: number;
  /** Bytes of the runtime's and the model's files, in the round that fetched the most over the network. */
  readonly bytes: Start['bytes'];
};

/** The phases in which GPU code is counted. `open` is all from module to session. */
export const PHASES = ['open', 'first', 'second', 'later'] as const;

export type Startup = Parts & {
  readonly suite: 'startup';
  /** Milliseconds until the first answer, in each round. */
  readonly totals: readonly number[];
  /** The parts in each round; of a start in a second page, null in a round without one. */
  readonly starts: readonly Start[];
  readonly warmStarts: readonly (Start | null)[];
  /** Medians of module + device, and of read + session. */
  readonly load: number;
  readonly open: number;
  /** The largest counts of any round. */
  readonly compiled: StartupResult['compiled'];
  /** A start in a second page, or why none was made; null outside of a browser. */
  readonly warm: Parts | { readonly reason: string } | null;
};

const load = ({ module, device }: Start) => module + (device ?? 0);
const open = ({ read, session }: Start) => (read ?? 0) + session;
/** Milliseconds until the first answer. */
export const totalOf = (start: Start) => load(start) + open(start) + start.first;

/** A start without what else its result holds. */
const startOf = ({ module, device, read, session, first, second, bytes }: Start): Start => ({
  module,
  device,
  read,
  session,
  first,
  second,
  bytes,
});

/** The median of the known values, or null where none is known. */
function told(values: readonly (number | null)[]): number | null {
  const known = values.flatMap((value) => value ?? []);
  return known.length > 0 ? median(known) : null;
}

function parts(starts: readonly Start[]): Parts {
  const over = (part: StartupPart) => told(starts.map((start) => start[part]));
  return {
    ...{ module: over('module'), device: over('device'), read: over('read'), session: over('session') },
    first: over('first'),
    second: median(starts.map(({ second }) => second)),
    total: median(starts.map(totalOf)),
    rounds: starts.length,
    bytes: starts.map(({ bytes }) => bytes).reduce((a, b) => ((b?.network ?? -1) > (a?.network ?? -1) ? b : a), null),
  };
}

const most = (a: Compiled, b: Compiled): Compiled => ({
  shaders: Math.max(a.shaders, b.shaders),
  pipelines: Math.max(a.pipelines, b.pipelines),
  asynchronous: Math.max(a.asynchronous, b.asynchronous),
  pending: Math.max(a.pending, b.pending),
});

function compiled(results: readonly StartupResult[]): Startup['compiled'] {
  const all = results.flatMap((result) => result.compiled ?? []);
  const [one, ...others] = all;
  if (one === undefined) return null;
  return others.reduce(
    (a, b) => ({
      open: most(a.open, b.open),
      first: most(a.first, b.first),
      second: most(a.second, b.second),
      later: most(a.later, b.later),
    }),
    one,
  );
}

function warm(results: readonly StartupResult[]): Startup['warm'] {
  const all = results.flatMap((result) => result.warm ?? []);
  const starts = all.flatMap((one) => ('reason' in one ? [] : [one]));
  if (starts.length > 0) return parts(starts);
  return all.find((one): one is { reason: string } => 'reason' in one) ?? null;
}

/** Aggregates the start-ups of a cell's rounds. */
export function startup(results: readonly StartupResult[]): Startup {
  return {
    suite: 'startup',
    ...parts(results),
    totals: results.map(totalOf),
    starts: results.map(startOf),
    warmStarts: results.map(({ warm }) => (warm === null || 'reason' in warm ? null : startOf(warm))),
    load: median(results.map(load)),
    open: median(results.map(open)),
    compiled: compiled(results),
    warm: warm(results),
  };
}

/** The start in a second page, or undefined. */
export const warmOf = (startup: Startup | undefined): Parts | undefined =>
  startup?.warm && 'total' in startup.warm ? startup.warm : undefined;

/** Why there was no start in a second page. Undefined where there was one, and outside of a browser. */
export const noWarmth = (startup: Startup | undefined): string | undefined =>
  startup?.warm && 'reason' in startup.warm ? startup.warm.reason : undefined;
