import type {
  Backend,
  BackendModule,
  BackendRow,
  Fetched,
  Observed,
  OpenOptions,
  Session,
  Tools,
} from '../contract/backend.ts';
import type { VisitReply } from '../contract/visit.ts';
import type { Compiled, Result, ResultOf, Start } from '../result.ts';

/** An open session, the moments of opening it in milliseconds, and what the page had done before and after. */
export type Opened = {
  readonly backend: Backend;
  readonly session: Session;
  /** `loaded` is undefined where the binding does not tell its code's loading from its device. */
  readonly at: {
    readonly start: number;
    readonly loaded: number | undefined;
    readonly ready: number;
    readonly open: number;
    readonly opened: number;
  };
  readonly before: Observed | null;
  readonly after: Observed | null;
};

/** Loads the runtime, readies its device and opens the session, on the harness's clock. */
export async function open(
  module: BackendModule,
  row: BackendRow,
  options: OpenOptions,
  tools: Tools,
): Promise<Opened> {
  await tools.phase('baseline');
  const before = tools.observed();
  const loaded: number[] = [];
  const start = tools.now();
  const backend = await module.start(row, tools, () => loaded.push(tools.now()));
  const ready = tools.now();
  await tools.phase('open');
  const opening = tools.now();
  const session = await backend.open(options);
  const opened = tools.now();
  const after = tools.observed();
  await tools.phase('opened');
  return { backend, session, at: { start, loaded: loaded[0], ready, open: opening, opened }, before, after };
}

/** Milliseconds until the session was open. */
export const openingTime = ({ at }: Opened): number => at.ready - at.start + at.opened - at.open;

/** Milliseconds in which at least one of the files was being fetched. */
export function covered(files: readonly Fetched[]): number {
  let [total, until] = [0, Number.NEGATIVE_INFINITY];
  for (const { start, end } of [...files].sort((a, b) => a.start - b.start)) {
    total += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return total;
}

const compiledBetween = (a: Compiled, b: Compiled): Compiled => ({
  shaders: b.shaders - a.shaders,
  pipelines: b.pipelines - a.pipelines,
  asynchronous: b.asynchronous - a.asynchronous,
  pending: b.pending - a.pending,
});

const sum = (files: readonly Fetched[]) => files.reduce((total, { bytes }) => total + bytes, 0);

/** The first two calls, and what the page had done after each of them. */
export type Calls = {
  readonly first: number;
  readonly second: number;
  readonly afterFirst: Observed | null;
  readonly afterSecond: Observed | null;
};

/** The parts of a start-up. `model` is where the model was read from: files beside it are its own too. */
export function partsOf({ at }: Opened, { first, second, afterSecond }: Calls, model: string): Start {
  const fetched = (afterSecond?.fetched ?? []).filter(({ start }) => start >= at.start);
  const folder = model.slice(0, model.lastIndexOf('/') + 1);
  const own = fetched.filter(({ path, start }) => path.startsWith(folder) && start >= at.open && start < at.opened);
  const read = own.length > 0 ? covered(own) : null;
  return {
    module: (at.loaded ?? at.ready) - at.start,
    device: at.loaded === undefined ? null : at.ready - at.loaded,
    read,
    session: at.opened - at.open - (read ?? 0),
    first,
    second,
    bytes:
      afterSecond === null
        ? null
        : { network: sum(fetched.filter((one) => !one.cached)), cache: sum(fetched.filter((one) => one.cached)) },
  };
}

/** The parts of a start-up, and the GPU code that each asked for; `steady` is after the last call. */
export function startupOf(opened: Opened, calls: Calls, steady: Observed | null, model: string): ResultOf<'startup'> {
  const points = [opened.before, opened.after, calls.afterFirst, calls.afterSecond, steady].flatMap(
    (one) => one?.compiled ?? [],
  );
  const [before, ...rest] = points;
  const [open, first, second, later] = rest.map((one, i) => compiledBetween(points[i] ?? one, one));
  return {
    suite: 'startup',
    ...partsOf(opened, calls, model),
    compiled: before && open && first && second && later ? { open, first, second, later } : null,
    warm: null,
  };
}

/** Milliseconds from nothing to the second answer. */
export const whole = ({ module, device, read, session, first, second }: Start): number =>
  module + (device ?? 0) + (read ?? 0) + session + first + second;

/** The largest share of a visit's budget that a cold start may take for a warm one to follow. */
const WARM_SHARE = 0.25;

/** Why a visit of so many milliseconds cannot afford to start once more, or undefined. */
export function tooDear(cold: Start, budget: number, elapsed: number): string | undefined {
  const took = whole(cold);
  if (took > WARM_SHARE * budget) return `the cold start took more than ${100 * WARM_SHARE} % of the visit's budget`;
  return elapsed + took > budget ? 'one more start would have broken the budget of this visit' : undefined;
}

/** A suite's result in a reply, or undefined. */
export function resultOf<S extends Result['suite']>(reply: VisitReply, suite: S): ResultOf<S> | undefined {
  if (!('results' in reply)) return undefined;
  return reply.results.find((result): result is ResultOf<S> => result.suite === suite);
}

export type Warm = NonNullable<ResultOf<'startup'>['warm']>;

/** What a second page answered, as the warm half of a start-up. */
export function warmOf(reply: VisitReply): Warm {
  if ('error' in reply) return { reason: reply.error };
  const startup = resultOf(reply, 'startup');
  if (startup === undefined) return { reason: 'the page sent no start-up' };
  const { suite, compiled, warm, ...start } = startup;
  const check = resultOf(reply, 'conformance')?.checks[0];
  return { ...start, ...(check ? { check } : {}) };
}
